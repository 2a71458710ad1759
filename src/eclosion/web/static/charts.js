// Turns the operators' charts into ones that can be read by pointing, and keeps them up to date.
// The page is whole without it: the charts stand there as SVG and as tables.
(() => {
  "use strict";
  const EVERY_MS = 10_000;
  // light-dark() is resolved only where it is used, so each colour is asked of an element that wears it.
  const worn = (element) => getComputedStyle(element).color;
  const number = (value) => value == null ? "–" : value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0 });

  const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
  const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const moment = (second) => {
    const at = new Date(second * 1000);
    return (at.getHours() || at.getMinutes() ? TIME : DAY).format(at);
  };

  function tell(figure, plot, chart) {
    const at = plot.cursor.idx;
    const places = figure.querySelectorAll(".legend b");
    chart.lines.forEach((line, index) => {
      if (at != null) places[index].textContent = number(line.values[at]);
      else places[index].textContent = places[index].dataset.total;
    });
    figure.querySelector(".moment").textContent = at == null ? chart.unit : `${DAY.format(plot.data[0][at] * 1000)}, ${TIME.format(plot.data[0][at] * 1000)}`;
  }

  function draw(figure, chart, at) {
    const legend = [...figure.querySelectorAll(".legend i")];
    const soft = worn(figure.querySelector(".moment"));
    const line = worn(figure.querySelector(".rule"));
    const axis = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const series = chart.lines.map((one, index) => ({
      label: one.label, stroke: worn(legend[index]), width: 1.75, points: { show: false }, spanGaps: false,
    }));
    const place = figure.querySelector(".plot");
    const options = {
      width: place.clientWidth, height: 170, legend: { show: false }, padding: [8, 4, 0, 0],
      cursor: { y: false, points: { size: 6 } },
      scales: { y: { range: (_, __, top) => [0, top > 0 ? top * 1.08 : 1] } },
      axes: [{ ...axis, size: 30, values: (_, ticks) => ticks.map(moment) }, { ...axis, size: 48, values: (_, ticks) => ticks.map(number) }],
      series: [{}, ...series],
      hooks: { setCursor: [(plot) => tell(figure, plot, figure.chart)] },
    };
    place.querySelector("svg")?.remove();
    figure.plot?.destroy();
    figure.chart = chart;
    figure.plot = new uPlot(options, [at, ...chart.lines.map((one) => one.values)], place);
    total(figure, chart);
  }

  function total(figure, chart) {
    figure.querySelectorAll(".legend b").forEach((place, index) => {
      place.dataset.total = chart.lines[index].total;
      if (figure.plot.cursor.idx == null) place.textContent = place.dataset.total;
    });
  }

  function renew(figure, chart, at) {
    figure.chart = chart;
    // Whoever has drawn a window to look closer keeps it.
    const scale = figure.plot.scales.x, data = figure.plot.data[0];
    const near = scale.min > data[0] || scale.max < data[data.length - 1];
    figure.plot.setData([at, ...chart.lines.map((one) => one.values)], !near);
    total(figure, chart);
  }

  function start() {
    const figures = [...document.querySelectorAll("figure[data-chart]")];
    if (!figures.length) return;
    const range = document.querySelector("[data-range]").dataset.range;
    let last = null;
    const show = (reply, anew) => {
      last = reply;
      for (const figure of figures) {
        const chart = reply.charts.find((one) => one.key === figure.dataset.chart);
        if (anew || !figure.plot) draw(figure, chart, reply.at);
        else renew(figure, chart, reply.at);
      }
    };
    const look = async () => {
      if (document.hidden) return;
      const reply = await fetch(`/api/v1/operator/series?range=${range}`).catch(() => null);
      if (reply && reply.ok) show(await reply.json(), false);
    };
    look();
    setInterval(look, EVERY_MS);
    const again = () => last && show(last, true);
    addEventListener("resize", again);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }
  addEventListener("DOMContentLoaded", start);
})();
