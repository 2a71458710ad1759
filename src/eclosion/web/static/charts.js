/* Livelier charts in the place of those that came with the page: values on hover, drag to zoom, double click to
   come back. New numbers are fetched every ten seconds while somebody looks. Without this file nothing is missing. */
"use strict";
(() => {
  const EVERY_MS = 10000;
  const charts = [];

  const colour = (element) => getComputedStyle(element).color;

  function options(chart) {
    const soft = colour(chart.figure.querySelector("figcaption small"));
    const grid = { stroke: getComputedStyle(chart.figure).borderTopColor, width: 1 };
    const axis = { stroke: soft, grid, ticks: grid };
    const unit = chart.figure.dataset.unit;
    const value = (_, number) => (number == null ? "–" : number.toLocaleString() + (unit ? " " + unit : ""));
    const lines = chart.swatches.map((swatch) => ({
      label: swatch.dataset.label, stroke: colour(swatch), width: 1.5, value,
    }));
    return {
      width: chart.figure.clientWidth - 2, height: 190,
      scales: { y: { range: (_, low, high) => [0, Math.max(1, high || 0) * 1.05] } },
      axes: [axis, { ...axis, size: 56 }],
      series: [{}, ...lines],
      cursor: { drag: { x: true, y: false } },
    };
  }

  function build(chart) {
    if (!chart.data) return;
    if (chart.plot) chart.plot.destroy();
    chart.figure.classList.add("drawn");
    chart.plot = new uPlot(options(chart), chart.data, chart.place);
  }

  function zoomed(chart) {
    const { min, max } = chart.plot.scales.x;
    const times = chart.plot.data[0];
    return min > times[0] || max < times[times.length - 1];
  }

  async function refresh(board) {
    const now = Math.floor(Date.now() / 1000);
    const names = charts.flatMap((chart) => chart.names);
    const query = new URLSearchParams({ names, from: now - board.dataset.span, to: now + 1 });
    const answer = await fetch("/api/v1/operator/series?" + query, { credentials: "same-origin" });
    if (!answer.ok) return;
    const found = await answer.json();
    for (const chart of charts) {
      chart.data = [found.times, ...chart.names.map((name) => found.series[name])];
      if (!chart.plot) build(chart);
      else chart.plot.setData(chart.data, !zoomed(chart));
    }
  }

  function begin(board) {
    for (const figure of board.querySelectorAll("figure.chart")) {
      const swatches = [...figure.querySelectorAll("[data-name]")];
      const place = figure.querySelector(".plot");
      charts.push({ figure, swatches, place, names: swatches.map((one) => one.dataset.name) });
    }
    const look = () => document.hidden || refresh(board).catch(() => {});
    const rebuild = () => charts.forEach(build);
    look();
    setInterval(look, EVERY_MS);
    document.addEventListener("visibilitychange", look);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);
    new MutationObserver(rebuild).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    addEventListener("resize", () => charts.forEach((chart) => {
      if (chart.plot) chart.plot.setSize({ width: chart.figure.clientWidth - 2, height: 190 });
    }));
  }

  addEventListener("DOMContentLoaded", () => {
    const board = document.querySelector("[data-board]");
    if (board && window.uPlot) begin(board);
  });
})();
