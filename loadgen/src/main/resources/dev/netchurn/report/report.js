"use strict";
// The page around the charts: figures with legends and tables, theme, zoom, keyboard, print, download.
const model = JSON.parse(document.getElementById("model").textContent);
const GROUP = "time";
const shown = new Map();
const hidden = new Set();
let hovered = null;
let printing = false;

const sum = (a, b) => a + b;
const has = values => Boolean(values) && values.some(value => value !== null && value > 0);
const isDark = () => document.documentElement.classList.contains("dark");
const isNarrow = () => document.body.clientWidth < 640;

function ink() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue("--" + name).trim();
  return {text: of("text"), quiet: of("quiet"), line: of("line"), panel: of("panel"), bad: of("bad"), dark: isDark(),
    font: getComputedStyle(document.body).fontFamily};
}

function heatChart(title, sentence, kinds, repeats) {
  const present = kinds.filter(kind => model.latency[kind]);
  if (present.length === 0) return null;
  const chart = {title, note: sentence, height: 230, kinds: present, kind: present[0]};
  const data = () => model.latency[chart.kind];
  chart.y = () => ({type: "log", ...heatRange(data()), axisLabel: {formatter: time}});
  chart.series = colours => [...heatLines(model, data(), colours, repeats && Math.max(...data().maxNs) > 0.9e9), heatSeries(model, data(), colours, isDark())];
  chart.rows = () => [["p50", data().p50Ns, time], ["p99", data().p99Ns, time], ["max", data().maxNs, time],
    ["samples", data().bands.map(bands => bands.slice(1).reduce(sum, 0)), count]];
  return chart;
}

function censusChart(side) {
  const census = model.census[side];
  if (!census) return null;
  // The states that most sockets are in lie at the bottom of the stack, so that the others do not shake.
  const states = Object.keys(census).sort((a, b) => census[b].reduce(sum, 0) - census[a].reduce(sum, 0));
  const predicted = model.predicted && model.predicted[side];
  // States that the kernel does not count are those of the last walk of the socket table.
  const age = model.censusAgeNs && model.censusAgeNs[side];
  return {title: "Sockets of the " + side, note: "By TCP state at the end of each interval"
      + (age ? "; states other than TIME_WAIT and ESTABLISHED as the last walk of the socket table saw them" : "")
      + ". A name switches its state off on both sides.",
    height: 230, y: () => ({min: 0, axisLabel: {formatter: short}}),
    series: colours => [...censusSeries(model, side, states, colours),
      ...(predicted ? [line("predicted TIME_WAIT", points(model, predicted), colours.text, DASHES[1])] : [])],
    rows: () => [...states.map(state => [state, census[state], count]), ...(predicted ? [["predicted TIME_WAIT", predicted, count]] : []),
      ...(age ? [["age of the other states", age, time]] : [])]};
}

function levelChart(title, note, values, limit) {
  if (!values) return null;
  const near = limit && Math.max(...values) * 10 >= limit;
  return {title, height: 150, note: note + (limit ? " Limit: " + count(limit) + (near ? "." : ", far above this chart.") : ""),
    y: () => ({min: 0, minInterval: 1, axisLabel: {formatter: short}}),
    series: colours => [line(title.toLowerCase(), steps(model, values), LINES[0], "solid", {step: "start", areaStyle: {opacity: .15},
      markArea: phaseShades(model, colours, false)}),
    ...(near ? [line("limit", points(model, values.map(() => limit)), LINES[1], DASHES[1])] : [])],
    rows: () => [[title.toLowerCase(), values, count], ...(limit ? [["limit", values.map(() => limit), count]] : [])]};
}

function counterChart() {
  const lanes = model.counters;
  if (lanes.length === 0) return null;
  return {title: "Kernel counters that moved", note: "Each lane is drawn to its own highest; counters that move in every run are left to the table below.",
    height: 44 + 46 * lanes.length, y: () => ({type: "category", inverse: true, data: lanes.map(lane => lane.name), axisLabel: {show: false}, splitLine: {show: false}}),
    series: colours => [line("", model.endS.map(s => [ms(s), 0]), "transparent", "solid", {silent: true}), laneSeries(model, lanes, colours)],
    rows: () => lanes.map(lane => [lane.name + (lane.side === "shared" ? "" : ", " + lane.side), lane.moved, count])};
}

const CHARTS = {
  rate: {title: "Connections per second", note: "Handshakes completed" + (model.offered ? ", against what the schedule asked for." : "."), height: 200,
    y: () => ({min: 0, axisLabel: {formatter: short}}), series: colours => rateSeries(model, colours),
    rows: () => [["achieved", model.rate, count], ...(model.offered ? [["offered", model.offered, count]] : []), ["failed or shed", model.failed, count]]},
  connect: heatChart("Handshake latency", "How many connections took how long.", ["connect", "connectFromIntended", "wait", "kernelRtt", "acceptQueue"], true),
  close: heatChart("Close latency", "", ["closeHandshake", "peerClose", "lingerClose", "closeCall"]),
  response: heatChart("Response latency", "Until the server's application gave its first sign.", ["response", "eventLoopDelay"]),
  client: censusChart("client"),
  server: censusChart("server"),
  queue: levelChart("Accept queue", "Connections that the kernel has completed and the server has not accepted, at the end of each interval.", model.queue, model.queueLimit),
  inFlight: levelChart("In flight", "The most connections begun and not done.", model.inFlight, null),
  counters: counterChart(),
};

function swatch(series) {
  const canvas = document.createElement("canvas");
  canvas.width = 36;
  canvas.height = 20;
  canvas.style.cssText = "width:18px;height:10px";
  const pen = canvas.getContext("2d");
  const state = STATES[series.name];
  if (state) {
    pen.fillStyle = state[0];
    pen.fillRect(0, 0, 36, 20);
    hatch(pen, state[1]);
  } else {
    pen.strokeStyle = series.lineStyle.color;
    pen.lineWidth = 4;
    pen.setLineDash(Array.isArray(series.lineStyle.type) ? series.lineStyle.type.map(n => n * 2) : []);
    pen.moveTo(0, 10);
    pen.lineTo(36, 10);
    pen.stroke();
  }
  return canvas;
}

function hatch(pen, pattern) {
  if (!pattern) return;
  pen.strokeStyle = pen.fillStyle = PATTERNS[pattern].color;
  pen.lineWidth = 4;
  for (let x = -20; x < 40; x += 12) {
    pen.beginPath();
    if (pattern === "dots") pen.arc(x, x % 24 === 4 ? 5 : 14, 3, 0, 7);
    else pattern === "rising" ? (pen.moveTo(x, 20), pen.lineTo(x + 20, 0)) : (pen.moveTo(x, 0), pen.lineTo(x + 20, 20));
    pattern === "dots" ? pen.fill() : pen.stroke();
  }
}

// ECharts links charts of a group by the index of a series: the lines come first in each.
function build(place, id, chart) {
  const figure = document.createElement("figure");
  figure.className = "chart";
  figure.id = "chart-" + id;
  figure.innerHTML = `<figcaption><h3>${escaped(chart.title)}</h3><span class="note">${escaped(chart.note)}</span></figcaption>
    <div class="legend"></div><div class="canvas" tabindex="0" role="img" style="height:${chart.height}px"></div>`;
  place.replaceWith(figure);
  if (chart.kinds && chart.kinds.length > 1) figure.querySelector("h3").after(kindChoice(chart));
  const canvas = figure.querySelector(".canvas");
  canvas.setAttribute("aria-label", chart.title + ". Arrow keys read its values; the table below holds all of them.");
  chart.figure = figure;
  chart.echart = echarts.init(canvas, null, {renderer: "canvas"});
  shown.set(id, chart);
  if (chart.rows) {
    figure.append(table(chart));
    canvas.addEventListener("keydown", event => steer(event, chart));
    figure.addEventListener("pointerenter", () => hovered = chart);
    canvas.addEventListener("focus", () => hovered = chart);
    chart.echart.group = GROUP;
    chart.echart.on("legendselectchanged", event => select(event.selected));
    chart.echart.on("datazoom", tellRange);
  }
  draw(chart);
}

function draw(chart) {
  const colours = ink();
  const option = chart.option ? chart.option(colours, isNarrow()) : timeAxes(model, colours, isNarrow(), chart.y());
  if (!chart.option) {
    option.series = chart.series(colours);
    option.tooltip.formatter = params => hovered === chart ? tip(chart, params[0].axisValue / 1e3) : "";
  }
  option.legend = {show: false, selected: Object.fromEntries([...hidden].map(name => [name, false]))};
  chart.echart.setOption(option, {replaceMerge: ["series"]});
  chart.echart.resize();
  if (chart.rows) chart.echart.dispatchAction({type: "takeGlobalCursor", key: "dataZoomSelect", dataZoomSelectActive: true});
  legend(chart, option.series.filter(series => series.type === "line" && series.name));
}

function legend(chart, series) {
  const place = chart.figure.querySelector(".legend");
  place.replaceChildren();
  const names = new Set();
  for (const one of series) {
    if (names.has(one.name)) continue;
    names.add(one.name);
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.series = one.name;
    button.setAttribute("aria-pressed", String(!hidden.has(one.name)));
    button.append(swatch(one), one.name);
    button.addEventListener("click", () => chart.echart.dispatchAction({type: "legendToggleSelect", name: one.name}));
    place.append(button);
  }
  if (chart.kinds) place.append(scale());
  place.hidden = place.children.length < 2;
}

function scale() {
  const colours = HEAT[isDark() ? "dark" : "light"];
  const span = document.createElement("span");
  span.className = "scale";
  span.innerHTML = `few <span style="width:6em;height:.7em;background:linear-gradient(to right, ${colours.join()})"></span> many connections`;
  return span;
}

function select(selected) {
  for (const [name, on] of Object.entries(selected)) on ? hidden.delete(name) : hidden.add(name);
  document.querySelectorAll(".legend button").forEach(button => button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.series))));
}

function kindChoice(chart) {
  const choice = document.createElement("select");
  choice.setAttribute("aria-label", chart.title + " of");
  chart.kinds.forEach(kind => choice.add(new Option(kind, kind)));
  choice.addEventListener("change", () => {
    chart.kind = choice.value;
    draw(chart);
    chart.figure.querySelector("details").replaceWith(table(chart));
  });
  return choice;
}

function columnAt(s) {
  const found = model.endS.findIndex(end => end >= s);
  return found < 0 ? model.endS.length - 1 : found;
}

function tip(chart, s) {
  const i = columnAt(s);
  const rows = chart.rows().filter(([name]) => !hidden.has(name));
  return `<div class="tip">${seconds(model.beginS[i])} – ${seconds(model.endS[i])}, ${model.phases[i]}<table>`
    + rows.map(([name, values, text]) => `<tr><th>${escaped(name)}</th><td>${escaped(text(values[i]))}</td></tr>`).join("") + "</table></div>";
}

function table(chart) {
  const details = document.createElement("details");
  details.innerHTML = "<summary>Values as a table</summary>";
  details.addEventListener("toggle", () => {
    if (!details.open || details.querySelector("table")) return;
    const rows = chart.rows();
    const head = ["from", "to", "phase", ...rows.map(([name]) => name)].map(name => `<th scope="col">${escaped(name)}</th>`).join("");
    const body = model.endS.map((end, i) => `<tr><td class="number">${seconds(model.beginS[i])}</td><td class="number">${seconds(end)}</td>`
      + `<td>${model.phases[i]}</td>` + rows.map(([, values, text]) => `<td class="number">${escaped(text(values[i]))}</td>`).join("") + "</tr>").join("");
    details.insertAdjacentHTML("beforeend", `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`);
  });
  return details;
}

function range() {
  const first = [...shown.values()].find(chart => chart.rows);
  const zoom = first.echart.getOption().dataZoom[0];
  return [zoom.startValue / 1e3, zoom.endValue / 1e3];
}

function zoomTo(from, to) {
  const [least, most] = [model.beginS[0], model.endS[model.endS.length - 1]];
  const span = Math.min(most - least, Math.max(to - from, Math.min(2, most - least)));
  const start = Math.max(least, Math.min(from, most - span));
  const first = [...shown.values()].find(chart => chart.rows);
  first.echart.dispatchAction({type: "dataZoom", dataZoomIndex: 0, startValue: ms(start), endValue: ms(start + span)});
}

function zoom(how) {
  const [from, to] = range();
  const span = to - from;
  const measured = model.phases.flatMap((phase, i) => phase === "measure" ? [i] : []);
  switch (how) {
    case "in": return zoomTo(from + span / 4, to - span / 4);
    case "out": return zoomTo(from - span / 2, to + span / 2);
    case "left": return zoomTo(from - span / 2, to - span / 2);
    case "right": return zoomTo(from + span / 2, to + span / 2);
    case "measure": if (measured.length) return zoomTo(model.beginS[measured[0]], model.endS[measured[measured.length - 1]]);
  }
  return zoomTo(-Infinity, Infinity);
}

function tellRange() {
  const [from, to] = range();
  document.getElementById("range").textContent = seconds(from) + " – " + seconds(to);
}

function steer(event, chart) {
  const keys = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity};
  if (event.key in keys) {
    const [from, to] = range();
    const [first, last] = [columnAt(from + 1e-6), columnAt(to)];
    const next = chart.cursor === undefined ? first : chart.cursor + keys[event.key];
    chart.cursor = Math.max(first, Math.min(last, next));
    const x = chart.echart.convertToPixel({xAxisIndex: 0}, ms(model.beginS[chart.cursor] + model.endS[chart.cursor]) / 2);
    chart.echart.dispatchAction({type: "showTip", x, y: 30});
    document.getElementById("spoken").textContent = seconds(model.endS[chart.cursor]) + ": "
      + chart.rows().filter(([name]) => !hidden.has(name)).map(([name, values, text]) => name + " " + text(values[chart.cursor])).join(", ");
  } else if (event.key === "+") zoom("in");
  else if (event.key === "-") zoom("out");
  else if (event.key === "Escape") zoom("all");
  else return;
  event.preventDefault();
}

function spectrumChart() {
  return {title: "Percentile spectrum", height: 340, note: "Each nine takes as much room. Dotted: fewer than ten samples lie above.", option: (colours, narrow) => {
    const option = spectrumOption(model, colours, narrow);
    option.tooltip.formatter = params => {
      const seen = new Map(params.map(one => [one.seriesName, one]));
      return `<div class="tip">${(100 * (1 - 1 / params[0].axisValue)).toPrecision(5)} %<table>`
        + [...seen.values()].map(one => `<tr><th>${escaped(one.seriesName)}</th><td>${time(one.value[1])}</td></tr>`).join("") + "</table></div>";
    };
    return option;
  }};
}

async function download() {
  const bytes = Uint8Array.from(atob(document.getElementById("raw").textContent), c => c.charCodeAt(0));
  const plain = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(plain);
  link.download = "result.json";
  link.click();
  URL.revokeObjectURL(link.href);
}

function start() {
  theme(() => shown.forEach(draw));
  document.querySelectorAll("[data-chart]").forEach(place => {
    const id = place.dataset.chart;
    const chart = id === "spectrum" ? model.spectra.length > 0 && spectrumChart() : model.endS.length > 0 && CHARTS[id];
    chart ? build(place, id, chart) : place.remove();
  });
  echarts.connect(GROUP);
  document.querySelectorAll("[data-zoom]").forEach(button => button.addEventListener("click", () => zoom(button.dataset.zoom)));
  if (model.endS.length > 0) tellRange();
  document.querySelectorAll("i.state").forEach(mark => mark.style.background = STATES[mark.dataset.state]?.[0] ?? "none");
  const raw = document.getElementById("download");
  raw.hidden = document.getElementById("raw").textContent.trim() === "";
  raw.addEventListener("click", download);
  let width = document.body.clientWidth;
  new ResizeObserver(() => {
    if (printing || width === document.body.clientWidth) return;
    width = document.body.clientWidth;
    shown.forEach(draw);
  }).observe(document.body);
  const print = on => {
    printing = on;
    shown.forEach(chart => chart.echart.resize(on ? {width: 680} : {width: "auto"}));
  };
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
}

start();
