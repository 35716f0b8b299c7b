// The first headlines of a document, which tell a reader more than the name of its file.
const FIRST = 2;
const known = new Map();

// Returns "" where none is known; what could not be had is asked for again the next time.
export function headlineOf(id) {
  if (!known.has(id)) known.set(id, fetched(id).catch(() => (known.delete(id), "")));
  return known.get(id);
}

async function fetched(id) {
  const response = await fetch(`v1/documents/${encodeURIComponent(id)}`);
  if (!response.ok) throw new Error(String(response.status));
  const titles = (await response.json()).articles.map((article) => article.title).filter(Boolean);
  return titles.slice(0, FIRST).join(" / ");
}

// Calls show(element) for each of the elements once it comes into view within `list`.
export function whenShown(list, elements, show) {
  const watching = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach(({ target }) => {
    watching.unobserve(target);
    show(target);
  }), { root: list });
  elements.forEach((element) => watching.observe(element));
}
