"""Train the embedded static model: `pairs` → `overlap` → `vocabulary` → `tokens` → `loop` → `saving`."""
