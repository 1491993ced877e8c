"""What a reader sees: frozen Structs without defaults, shown by JSON and pages alike."""
