/* Scan a QR code with the phone's camera, where the browser can read one by itself.
   Without this file, or where it cannot, the code's text or a number is typed or pasted. */

const button = document.getElementById("scan");
const view = document.getElementById("scan-view");
const said = document.getElementById("scan-said");
const field = document.getElementById("code");
const PAUSE_MS = 200;

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

let stream = null;
const label = button?.textContent;

function stop() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  view.hidden = true;
  button.textContent = label;
}

async function scan() {
  if (stream) {
    stop();
    return;
  }
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    said.textContent = button.dataset.failed;
    return;
  }
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  view.srcObject = stream;
  view.hidden = false;
  button.textContent = button.dataset.stop;
  await view.play();
  while (stream) {
    const [found] = await detector.detect(view).catch(() => []);
    if (found) {
      field.value = found.rawValue;
      stop();
      field.form.requestSubmit();
      return;
    }
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

if (button && (await canScan())) {
  button.hidden = false;
  button.addEventListener("click", scan);
  window.addEventListener("pagehide", stop);
}
