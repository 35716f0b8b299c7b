// The page is complete without this: it lights up the whole passage behind #pN and keeps place and marks when the
// language changes.
function light() {
  document.querySelectorAll("[data-lit]").forEach((piece) => piece.removeAttribute("data-lit"));
  const match = /^#p(\d+)$/.exec(location.hash);
  if (!match) return;
  document.querySelectorAll(`[data-p="${match[1]}"]`).forEach((piece) => piece.setAttribute("data-lit", ""));
}

function keepPlace(link) {
  const url = new URL(location.href);
  url.searchParams.set("lang", new URL(link.href).searchParams.get("lang"));
  link.href = url.href;
}

addEventListener("hashchange", light);
light();
document.querySelectorAll("[data-keeps-place]").forEach((link) => {
  link.addEventListener("click", () => keepPlace(link));
});
