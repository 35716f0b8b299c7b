// Elements are only ever made here: what is given as a child becomes text or is an element, never markup.
const SVG = new Set(["svg", "rect", "line", "circle", "path", "text", "title", "g"]);

function make(tag, attributes = {}, ...children) {
  const element = SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function button(text, act, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", act);
  return element;
}

// Built when it is first opened; `key` keeps it open when the page is drawn again in the other language.
function lazy(key, summary, build, attributes = {}) {
  const head = make("summary", {}, summary), box = make("details", attributes, head);
  let built = false;
  const fill = () => {
    if (!built) box.append(...[build()].flat());
    built = true;
  };
  // A click, by key as well, comes before the opening, which is told of only afterwards.
  head.addEventListener("click", fill);
  box.addEventListener("toggle", () => {
    if (box.open) fill();
    state.open[box.open ? "add" : "delete"](key);
  });
  box.fill = fill;
  if (state.open.has(key)) {
    box.open = true;
    fill();
  }
  return box;
}

function select(label, options, value, change, id) {
  const one = ([key, text, title]) => make("option", { value: key, selected: key === value, title }, text);
  const list = make("select", { id }, ...options.map((option) =>
    Array.isArray(option[1]) ? make("optgroup", { label: option[0] }, ...option[1].map(one)) : one(option)));
  list.addEventListener("change", () => change(list.value));
  return make("label", {}, make("span", {}, label), list);
}

function table(caption, head, rows, attributes = {}) {
  const line = (cells, tag) => make("tr", {}, ...cells.map((cell, at) =>
    cell instanceof Element && /^t[dh]$/i.test(cell.tagName) ? cell
      : make(tag === "th" || at === 0 ? "th" : "td", { scope: tag === "th" ? "col" : at === 0 ? "row" : null }, cell)));
  const body = make("table", attributes, caption && make("caption", {}, caption),
    make("thead", {}, line(head, "th")), make("tbody", {}, ...rows.map((cells) => line(cells, "td"))));
  // What is wider than the screen is scrolled by itself, with the keyboard as well.
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption || head.filter((h) => typeof h === "string").join(", ") }, body);
}

// A half goes to the even side, as where these figures are printed: 0.625 is 0.62 in both places.
function num(value, places = 3) {
  if (value === null || value === undefined) return "–";
  const longer = value.toFixed(places + 1), half = longer.endsWith("5") && Number.isInteger(value * 2 ** (places + 1));
  const cut = longer.slice(0, -1).replace(/\.$/, "");
  return (half && Number(cut.at(-1)) % 2 === 0 ? cut : value.toFixed(places)).replace(/^-/, "−");
}

function signed(value, places = 3) {
  return value > 0 ? `+${num(value, places)}` : num(value, places);
}

function langOf(text) {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0, words = text.match(/[A-Za-z]+/g)?.length ?? 0;
  return han >= words ? "zh-CN" : "en";
}
