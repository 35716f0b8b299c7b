// Before the first paint: language, colours and form of the page, from its address and what the reader chose before.
(() => {
  const asked = new URLSearchParams(location.search), root = document.documentElement;
  let kept = null;
  try {
    kept = localStorage.getItem("lang");
  } catch { /* a browser that keeps nothing shows its own language */ }
  root.lang = (asked.get("lang") || kept || navigator.language).startsWith("zh") ? "zh-CN" : "en";
  if (["light", "dark"].includes(asked.get("theme"))) root.dataset.theme = asked.get("theme");
  if (asked.get("embed") === "1") root.dataset.embed = "";
})();
