// A step of the browser's history while something lies over the conversation: Back closes it and stays on the page.
const framed = parent !== window;
// Longer than any browser takes to go a step back within a page.
const PATIENCE = 500;
let length = 0, leaving = null;

const inside = () => history.state?.over === true;

// Resolves once a step that is being taken back is gone; the address may be changed only then.
export function settled() {
  return leaving ?? Promise.resolve();
}

export async function enter(isOpen) {
  await settled();
  if (!isOpen() || inside()) return;
  history.pushState({ over: true }, "");
  length = history.length;
}

// Called when it was closed by other means than Back.
export function leave() {
  if (!inside() || leaving) return;
  // In a frame the steps of the page around it count as well: what that page has made since is not undone.
  if (framed && history.length !== length) return history.replaceState(null, "");
  leaving = new Promise((done) => {
    addEventListener("popstate", done, { once: true });
    setTimeout(done, PATIENCE);
    history.back();
  }).then(() => { leaving = null; });
}

// close() and reopen() follow the reader's steps. A page that comes anew on the step has nothing open: it goes to the one before.
export function followSteps(isOpen, close, reopen) {
  addEventListener("popstate", () => {
    if (leaving) return;
    if (inside()) reopen();
    else close();
  });
  addEventListener("pageshow", () => { if (!isOpen()) leave(); });
}
