// Elements are only ever made here: what is given as a child becomes text or is an element, never markup.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function button(text, act, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", act);
  return element;
}

// A title quoted in an English sentence is still read out in Chinese: more characters decide than letters would.
export function langOf(text) {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0, words = text.match(/[A-Za-z]+/g)?.length ?? 0;
  return han >= words ? "zh-CN" : "en";
}
