// The page as a whole, drawn again when the language changes.
function section(name, ...content) {
  return make("section", { id: name, "aria-labelledby": `${name}-head` }, make("h2", { id: `${name}-head` }, words().sections[name]), ...content);
}

function measureChoice(chart) {
  return select(words().measure, report.measures.map((name) => [name, name]), state.measure, (value) => {
    state.measure = value;
    chart.replaceChildren(groupChart());
  }, "measure");
}

function sections() {
  const answered = report.answers ? section("answers", ...answersSection()) : null;
  const list = section("questions", make("div", { id: "questions-body" }, ...questionList()));
  if (!measured) {
    return [section("summary", about(), make("p", {}, runs.length ? words().noneAnswerable : words().empty)), answers.size ? section("fix", ...fixSection()) : null, answered, list].filter(Boolean);
  }
  const chart = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": words().sections.groups }, groupChart());
  return [
    section("summary", about(), ...summaryTable()),
    section("fix", ...fixSection()),
    section("groups", measureChoice(chart), chart),
    section("ranks", make("p", { class: "soft" }, words().ranksNote), make("div", { class: "figures" }, runs.map(rankChart)), rankTable()),
    runs.some((run) => run.speed) ? section("speed", speedTable()) : null,
    comparisons.length ? section("comparison", ...comparisons.map(comparison)) : null,
    answered,
    list,
  ].filter(Boolean);
}

function head() {
  const themes = ["auto", "light", "dark"];
  const theme = button(words().theme[state.theme], () => {
    state.theme = themes[(themes.indexOf(state.theme) + 1) % 3];
    theme.textContent = words().theme[state.theme];
    dress();
  });
  const lang = button(words().lang, () => {
    state.lang = state.lang === "zh" ? "en" : "zh";
    draw();
    document.querySelector("#language").focus();
  }, { id: "language", lang: state.lang === "zh" ? "en" : "zh-CN" });
  return make("header", { class: "masthead" }, make("h1", {}, make("span", { class: "soft" }, "Jianghai QA"), " ", words().title), make("div", { class: "controls", role: "group", "aria-label": words().controls }, theme, lang));
}

function dress() {
  if (state.theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = state.theme;
}

function draw() {
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  document.title = `Jianghai QA · ${words().title}`;
  const main = make("main", {}, sections());
  const links = [...main.querySelectorAll("section[id]")].map((one) => make("a", { href: `#${one.id}` }, words().sections[one.id]));
  document.getElementById("page").replaceChildren(head(), make("nav", { "aria-label": words().contents }, links), main);
}

// `#q=dev-001` opens that question, whatever is filtered.
function follow() {
  const id = /^#q=(.+)$/.exec(location.hash)?.[1];
  if (!id) return;
  let wanted = id;
  try {
    wanted = decodeURIComponent(id);
  } catch {
    // An address that was cut off names the question as it stands.
  }
  if (!questions.has(wanted)) return;
  if (!passes(questions.get(wanted))) showList({});
  const item = document.getElementById(anchorOf(wanted));
  item.fill();
  item.open = true;
  // With guessed heights of what was not drawn yet, the page would end far from it.
  document.body.classList.add("whole");
  item.scrollIntoView();
  item.querySelector("summary").focus({ preventScroll: true });
}

dress();
draw();
follow();
addEventListener("hashchange", follow);
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  document.getElementById("filter-text")?.focus();
});
