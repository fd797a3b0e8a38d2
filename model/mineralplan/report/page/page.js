"use strict";
(() => {
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const rows = ({ columns, rows: lines }) =>
    lines.map((line) => Object.fromEntries(columns.map((name, i) => [name, line[i]])));
  const root = document.documentElement;
  const languages = Object.keys(page.tags);
  const views = {};
  let lang = languages.find((one) => page.tags[one] === root.lang);

  // What the reader chose on a chart stays chosen when it is drawn again.
  const kept = (name, parameters) => parameters.map((one) =>
    one.bind && views[name] ? { ...one, value: views[name].view.signal(one.name) } : one);

  async function draw(name) {
    const { data, spec, alt } = page.charts[name];
    const wanted = structuredClone(spec[lang]);
    wanted.params = [{ name: "names", value: page.names[lang] }, ...kept(name, wanted.params ?? [])];
    wanted.datasets = Object.fromEntries(data.map((one) => [one, rows(page.data[one])]));
    wanted.description = alt[lang];
    const place = document.getElementById(`chart-${name}`);
    const choices = document.getElementById(`choices-${name}`);
    place.style.minHeight = `${place.offsetHeight}px`;
    const old = views[name];
    choices.replaceChildren();
    views[name] = await vegaEmbed(place, wanted, {
      mode: "vega-lite", renderer: "svg", actions: false, bind: choices, tooltip: { theme: "light" },
    });
    old?.finalize();
    place.style.minHeight = "";
  }

  async function drawAll() {
    delete root.dataset.ready;
    await Promise.all(Object.keys(page.charts).map(draw));
    root.dataset.ready = "true";
  }

  // The section at the top of the window, and how far the reader is in it.
  function position() {
    const line = 80;
    const section = [...document.querySelectorAll("section")]
      .findLast((one) => one.getBoundingClientRect().top <= line);
    if (!section) return () => {};
    const box = section.getBoundingClientRect();
    const part = (line - box.top) / box.height;
    return () => {
      const now = section.getBoundingClientRect();
      window.scrollBy({ top: now.top + part * now.height - line, behavior: "instant" });
    };
  }

  async function speak(chosen) {
    const restore = position();
    lang = chosen;
    root.lang = page.tags[lang];
    document.title = page.titles[lang];
    for (const button of document.querySelectorAll(".languages button")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    }
    restore();
    await drawAll();
    restore();
  }

  function show(year) {
    for (const choice of document.querySelectorAll("select.year")) choice.value = year;
    for (const part of document.querySelectorAll("[data-year]")) part.hidden = part.dataset.year !== year;
  }

  for (const button of document.querySelectorAll(".languages button")) {
    button.addEventListener("click", () => speak(button.dataset.lang));
  }
  for (const choice of document.querySelectorAll("select.year")) {
    choice.addEventListener("change", () => show(choice.value));
    show(choice.value);
  }
  window.addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });
  drawAll();
})();
