// What the question page does inside another site's frame; the other half of the conversation is widget.js.
//
// To the host: jianghai-qa:ready once, jianghai-qa:close on Escape. From the host: jianghai-qa:open, each time that the
// panel opens, with `focus` when the reader's focus is in the frame.
const FIELDS = "textarea, input:not([type]), input[type=text], input[type=search]";

// `isSomethingOpen` says whether Escape belongs to something in the page (a source panel, a menu); then the frame stays.
export function embedded(isSomethingOpen) {
  if (parent === window) return;
  let host = null;
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || data?.type !== "jianghai-qa:open" || origin === "null") return;
    host = origin;
    if (data.focus) focusField();
  });
  onEscape(isSomethingOpen, () => host && parent.postMessage({ type: "jianghai-qa:close" }, host));
  // Any window may hear this: it says nothing, and only a site on the service's list has this page in a frame.
  parent.postMessage({ type: "jianghai-qa:ready" }, "*");
}

function focusField() {
  // On a touch screen the keyboard would come up and cover what there is to read.
  if (matchMedia("(pointer: coarse)").matches) window.focus();
  else document.querySelector(FIELDS)?.focus({ preventScroll: true });
}

// What is open is asked before the page's own listeners close it, or else one Escape would close both. An Escape that
// ends the choice of a Chinese character (isComposing) is the input method's.
function onEscape(isSomethingOpen, act) {
  let taken = false;
  const asking = (event) => { taken = event.isComposing || event.keyCode === 229 || isSomethingOpen(); };
  addEventListener("keydown", (event) => { if (event.key === "Escape") asking(event); }, true);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !taken && !event.defaultPrevented) act(); });
}
