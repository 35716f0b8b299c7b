// The field for questions: grows with its text, sends with Enter, counts what is too long before it is sent.
import { WORDS } from "./words.js";

const LONGEST = 1000;
// From here on the count is shown.
const NEARLY = 800;
const place = (id) => document.getElementById(id);
const form = place("form"), field = place("question"), send = place("send"), stop = place("stop"), count = place("count");

export class Composer {
  #busy = false;

  // acts: send(question), stop(), announce(text), lang().
  constructor(acts) {
    this.acts = acts;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("input", () => this.#measure());
    stop.addEventListener("click", acts.stop);
    this.#measure();
  }

  // Enter also ends the composition of Chinese characters, and must not send then; Safari tells that by the code 229 alone.
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const question = field.value.trim(), words = WORDS[this.acts.lang()];
    if (!question) return field.focus();
    if (this.#busy) return this.acts.announce(words.waitFor);
    if (this.#measure() > LONGEST) {
      this.acts.announce(count.textContent);
      return field.focus();
    }
    this.clear();
    this.acts.send(question);
  }

  // The service counts characters, not the units of JavaScript's strings.
  #measure() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
    const size = Array.from(field.value.trim()).length, words = WORDS[this.acts.lang()];
    const over = size > LONGEST;
    count.hidden = size < NEARLY;
    count.textContent = over ? words.long(size) : words.count(size);
    count.classList.toggle("fault", over);
    field.setAttribute("aria-invalid", over);
    return size;
  }

  clear() {
    field.value = "";
    this.#measure();
  }

  focus() {
    field.focus({ preventScroll: true });
  }

  speak() {
    field.placeholder = WORDS[this.acts.lang()].placeholder;
    this.#measure();
  }

  // On a phone the keyboard would cover the answer.
  busy(is) {
    this.#busy = is;
    const held = document.activeElement === stop || document.activeElement === send;
    send.hidden = is;
    stop.hidden = !is;
    if (is && matchMedia("(pointer: coarse)").matches) field.blur();
    else if (held) (is ? stop : field).focus({ preventScroll: true });
  }
}
