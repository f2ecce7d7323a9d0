"use strict";
// What a chart shows: colours, axes and series, as options of ECharts. Knows the model, not the page.

// The colours are the style sheet's; neighbours in a stack also differ by their pattern.
const STATES = Object.fromEntries(Object.entries({
  ESTABLISHED: null, SYN_SENT: "rising", SYN_RECV: "falling", FIN_WAIT1: "dots", FIN_WAIT2: "falling", TIME_WAIT: null,
  CLOSE: "dots", CLOSE_WAIT: "rising", LAST_ACK: "falling", CLOSING: "dots",
}).map(([state, pattern]) => [state, [getComputedStyle(document.documentElement).getPropertyValue("--state-" + state).trim(), pattern]]));
const PATTERNS = {
  rising: {symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: "rgba(255,255,255,.45)"},
  falling: {symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4, color: "rgba(0,0,0,.3)"},
  dots: {symbol: "circle", symbolSize: .5, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], color: "rgba(0,0,0,.35)"},
};
const LINES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c", "#b8a200", "#7a5195", "#444444"];
const DASHES = ["solid", [6, 3], [2, 3], [8, 3, 2, 3], [12, 4]];
const HEAT = {light: ["#dbe9f6", "#9ecae1", "#4a98c9", "#1764ab", "#08306b"], dark: ["#12304f", "#1b5a8f", "#2f8fc6", "#7cc7e8", "#e8f7ff"]};
const PER_DECADE = 10;
// When Linux sends the SYN again, in seconds after the first.
const REPEATS = [1, 2, 3, 4, 5, 7];

function time(ns) {
  if (ns === null || ns === undefined) return "–";
  const [value, unit] = ns < 999.5 ? [ns, "ns"] : ns < 999.5e3 ? [ns / 1e3, "µs"] : ns < 999.5e6 ? [ns / 1e6, "ms"] : [ns / 1e9, "s"];
  return (unit === "ns" ? Math.round(value) : Number(value.toPrecision(3))) + " " + unit;
}
function count(n) {
  if (n === null || n === undefined) return "–";
  const text = Math.abs(n) < 100 && n % 1 ? n.toFixed(1) : String(Math.round(n));
  return text.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}
function short(n) {
  return n >= 1e6 ? n / 1e6 + "m" : n >= 1e4 ? n / 1e3 + "k" : count(n);
}
function seconds(s) {
  const whole = Math.round(s * 10) / 10;
  return whole < 120 ? whole + " s" : Math.floor(whole / 60) + ":" + String(Math.floor(whole % 60)).padStart(2, "0") + " min";
}
function escaped(text) {
  return String(text).replace(/[&<>"]/g, c => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})[c]);
}

// On an axis of type "time", in milliseconds since the load began, ECharts stacks what it should: y.
function ms(s) {
  return s * 1e3;
}
// A value of an interval holds from its begin to its end: ECharts' step "start" draws it so when it stands at the end.
function steps(model, values) {
  return [[ms(model.beginS[0]), values[0]], ...points(model, values)];
}
function points(model, values) {
  return values.map((value, i) => [ms(model.endS[i]), value]);
}

function timeAxes(model, ink, narrow, y) {
  const end = model.endS[model.endS.length - 1];
  const axis = {axisLine: {lineStyle: {color: ink.line}}, axisLabel: {color: ink.quiet, hideOverlap: true}, axisTick: {lineStyle: {color: ink.line}}};
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: {color: ink.text, fontFamily: ink.font},
    grid: {left: narrow ? 52 : 70, right: narrow ? 14 : 24, top: 12, bottom: 26},
    useUTC: true,
    xAxis: {type: "time", min: ms(model.beginS[0]), max: ms(end), ...axis, splitLine: {show: false},
      axisLabel: {...axis.axisLabel, formatter: at => seconds(at / 1e3), showMaxLabel: false},
      axisPointer: {show: true, snap: false, triggerTooltip: true, lineStyle: {color: ink.quiet}, label: {show: false}}},
    yAxis: {...axis, axisLine: {show: false}, axisTick: {show: false}, splitNumber: 4, splitLine: {lineStyle: {color: ink.line, opacity: .6}}, ...y,
      axisLabel: {...axis.axisLabel, ...y.axisLabel}},
    tooltip: {trigger: "axis", confine: true, transitionDuration: 0, backgroundColor: ink.panel, borderColor: ink.line,
      textStyle: {color: ink.text, fontSize: 13}},
    toolbox: {right: -200, feature: {dataZoom: {yAxisIndex: "none", filterMode: "none"}}},
    dataZoom: [{type: "inside", xAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseMove: false, moveOnMouseWheel: false,
      minValueSpan: ms(Math.min(end - model.beginS[0], 2))}],
  };
}

// Warm-up and drain are not part of the measurement: they stand in grey.
function phaseShades(model, ink, named) {
  const areas = [];
  model.phases.forEach((phase, i) => {
    if (phase === "measure") return;
    const last = areas[areas.length - 1];
    if (last && last.phase === phase) last.to = ms(model.endS[i]);
    else areas.push({phase, from: ms(model.beginS[i]), to: ms(model.endS[i])});
  });
  return {silent: true, itemStyle: {color: ink.quiet, opacity: .13},
    label: {show: named, color: ink.quiet, fontSize: 11, position: "insideTop"},
    data: areas.map(area => [{name: area.phase === "warmup" ? "warm-up" : "drain", xAxis: area.from}, {xAxis: area.to}])};
}

function line(name, data, color, dash, more) {
  return {type: "line", name, data, symbol: "none", lineStyle: {color, width: 1.8, type: dash}, itemStyle: {color}, emphasis: {disabled: true}, ...more};
}

function rateSeries(model, ink) {
  const series = [line("achieved", steps(model, model.rate), LINES[0], "solid", {step: "start", markArea: phaseShades(model, ink, true)})];
  if (model.offered) series.push(line("offered", steps(model, model.offered), LINES[1], DASHES[1], {step: "start"}));
  if (model.failed.some(n => n > 0)) series.push(line("failed or shed", steps(model, model.failed), LINES[3], DASHES[2], {step: "start"}));
  return series;
}

function censusSeries(model, side, states, ink) {
  const series = states.map((state, i) => {
    const [color, pattern] = STATES[state];
    return line(state, points(model, model.census[side][state]), color, "solid", {stack: "sockets", lineStyle: {color, width: 1},
      itemStyle: {color, ...(pattern ? {decal: PATTERNS[pattern]} : {})}, areaStyle: {color, opacity: .85},
      ...(i === 0 ? {markArea: phaseShades(model, ink, false)} : {})});
  });
  return series;
}

// Bands of latency against time as one picture, so that hovering does not draw thousands of cells again.
function heatSeries(model, kind, ink, dark) {
  const most = Math.max(1, ...kind.bands.map((bands, i) => Math.max(0, ...bands.slice(1)) / (model.endS[i] - model.beginS[i])));
  const shade = n => {
    const place = Math.log1p(n) / Math.log1p(most) * (HEAT[dark ? "dark" : "light"].length - 1);
    return HEAT[dark ? "dark" : "light"][Math.round(place)];
  };
  return {type: "custom", name: "bands", silent: true, clip: true, data: [[ms(model.beginS[0]), 1]], tooltip: {show: false}, z: 1,
    markArea: phaseShades(model, ink, false),
    renderItem: (params, api) => {
      const {x, y, width, height} = params.coordSys;
      const ratio = window.devicePixelRatio || 1;
      const canvas = document.createElement("canvas");
      canvas.width = Math.ceil(width * ratio);
      canvas.height = Math.ceil(height * ratio);
      const pen = canvas.getContext("2d");
      pen.scale(ratio, ratio);
      kind.bands.forEach((bands, i) => {
        const [from] = api.coord([ms(model.beginS[i]), 1]);
        const [to] = api.coord([ms(model.endS[i]), 1]);
        if (to < x || from > x + width) return;
        for (let b = 1; b < bands.length; b++) {
          if (bands[b] === 0) continue;
          const [, low] = api.coord([0, 10 ** ((bands[0] + b - 1) / PER_DECADE)]);
          const [, high] = api.coord([0, 10 ** ((bands[0] + b) / PER_DECADE)]);
          pen.fillStyle = shade(bands[b] / (model.endS[i] - model.beginS[i]));
          pen.fillRect(from - x, high - y, Math.max(1, to - from) + .3, low - high + .3);
        }
      });
      return {type: "image", style: {image: canvas, x, y, width, height}};
    }};
}

function heatLines(model, kind, ink, slow) {
  const marks = slow ? {markLine: {silent: true, symbol: "none", lineStyle: {color: ink.quiet, type: [2, 4]},
    label: {formatter: "{b}", color: ink.quiet, position: "insideStartTop", fontSize: 11},
    data: REPEATS.map((s, i) => ({name: i === 0 ? "SYN repeated after 1, 2, 3… s" : "", yAxis: s * 1e9}))}} : {};
  return [
    line("max", steps(model, kind.maxNs), ink.dark ? "#ff9ecb" : "#b3467f", DASHES[2], {step: "start", z: 3, ...marks}),
    line("p99", steps(model, kind.p99Ns), ink.dark ? "#ffb000" : "#d55e00", DASHES[1], {step: "start", z: 4}),
    line("p50", steps(model, kind.p50Ns), ink.dark ? "#ffffff" : "#000000", "solid", {step: "start", z: 5}),
  ];
}

function heatRange(kind) {
  let low = Infinity, high = -Infinity;
  kind.bands.forEach(bands => {
    if (bands.length === 0) return;
    low = Math.min(low, bands[0]);
    high = Math.max(high, bands[0] + bands.length - 1);
  });
  return {min: 10 ** Math.floor(low / PER_DECADE), max: 10 ** Math.ceil(high / PER_DECADE)};
}

// One lane per counter, its bars relative to its own highest.
function laneSeries(model, lanes, ink) {
  return {type: "custom", name: "moved", clip: true, silent: true, data: lanes.map((lane, i) => [ms(model.beginS[0]), i]), tooltip: {show: false},
    markArea: phaseShades(model, ink, false),
    renderItem: (params, api) => {
      const lane = lanes[params.dataIndex];
      const most = Math.max(...lane.moved);
      const height = api.size([0, 1])[1];
      const [, middle] = api.coord([0, params.dataIndex]);
      const foot = middle + height / 2 - 3;
      const bars = lane.moved.map((moved, i) => {
        const [from] = api.coord([ms(model.beginS[i]), 0]);
        const [to] = api.coord([ms(model.endS[i]), 0]);
        const tall = moved === 0 ? 0 : Math.max(1.5, moved / most * (height - 20));
        return {type: "rect", shape: {x: from + .25, y: foot - tall, width: Math.max(.8, to - from - .5), height: tall},
          style: {fill: lane.tone === "TROUBLE" ? ink.bad : LINES[0], opacity: .85}};
      });
      const {x, width} = params.coordSys;
      const label = (at, text, align) => ({type: "text", style: {text, x: at, y: middle - height / 2 + 2, fill: lane.tone === "TROUBLE" ? ink.bad : ink.text,
        font: "12px " + ink.font, align, verticalAlign: "top"}});
      return {type: "group", children: [...bars, label(x + 2, lane.name + (lane.side === "shared" ? "" : ", " + lane.side), "left"),
        label(x + width - 2, "at most " + count(most), "right")]};
    }};
}

// Each nine of the percentile takes as much room, as HdrHistogram plots it; where chance draws the curve it is thin.
function spectrumOption(model, ink, narrow) {
  const quantile = x => x < 1.5 ? "0 %" : Number((100 * (1 - 1 / x)).toFixed(Math.max(0, Math.round(Math.log10(x)) - 2))) + " %";
  const series = model.spectra.flatMap((spectrum, k) => {
    const all = [];
    for (let i = 0; i < spectrum.points.length; i += 2) all.push([spectrum.points[i], spectrum.points[i + 1]]);
    const firm = all.filter(([x]) => x <= spectrum.firmUpTo);
    const [color, dash] = [LINES[k % LINES.length], DASHES[k % DASHES.length]];
    return [line(spectrum.kind, firm, color, dash),
      line(spectrum.kind, all.slice(Math.max(0, firm.length - 1)), color, [1, 3], {lineStyle: {color, width: 1.2, type: [1, 3]}})];
  });
  // Below a tenth of the fastest median lies next to nothing, but it would take half of the room.
  const least = Math.min(...series.flatMap(one => one.data.filter(([x]) => x >= 2).map(([, ns]) => ns)));
  const y = {type: "log", min: 10 ** Math.floor(Math.log10(Math.max(10, least / 10))), axisLabel: {formatter: time}};
  const {dataZoom, toolbox, ...base} = timeAxes({beginS: [1], endS: [10]}, ink, narrow, y);
  return {...base, series, xAxis: {...base.xAxis, type: "log", min: 1, max: "dataMax", splitLine: base.yAxis.splitLine,
    axisLabel: {...base.xAxis.axisLabel, formatter: quantile}}};
}
