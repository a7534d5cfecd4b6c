// Price charts: step lines over time, drawn by the Chart.js that the admin brings. Amounts are exact texts in a
// data block of the page; they become numbers for drawing only, and tooltips show the text.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const HUES = ["#2563eb", "#c2410c", "#15803d", "#a21caf", "#0e7490", "#a16207", "#be123c", "#4d7c0f"];
  const DARK = ["#60a5fa", "#fb923c", "#4ade80", "#e879f9", "#22d3ee", "#facc15", "#fb7185", "#a3e635"];
  const day = (at) => new Date(at).toISOString().slice(0, 10);
  const isDark = () => document.documentElement.classList.contains("dark");
  const drawn = [];

  function colours() {
    const dark = isDark();
    return { hues: dark ? DARK : HUES, text: dark ? "#d1d5db" : "#4b5563", line: dark ? "#374151" : "#e5e7eb" };
  }

  function dataset(line) {
    const data = line.points.map((point) => ({
      x: point.x, y: point.y === null ? null : Number(point.y), text: point.text,
    }));
    const hue = colours().hues[line.rate % HUES.length];
    return {
      borderColor: hue, backgroundColor: hue, pointBorderColor: hue, pointBackgroundColor: hue,
      label: line.label, data, hidden: line.hidden, rate: line.rate, stepped: "before", spanGaps: false,
      borderWidth: line.clock === "holds" ? 2 : 2.5, borderDash: line.clock === "holds" ? [6, 4] : [],
      pointRadius: 3, pointHoverRadius: 6, pointHitRadius: 12,
    };
  }

  function paint(chart) {
    const { hues, text, line } = colours();
    for (const one of chart.data.datasets) {
      const hue = hues[one.rate % hues.length];
      Object.assign(one, { borderColor: hue, backgroundColor: hue, pointBorderColor: hue, pointBackgroundColor: hue });
    }
    for (const axis of Object.values(chart.options.scales)) {
      axis.ticks.color = axis.title.color = text;
      axis.grid.color = line;
    }
    chart.options.plugins.legend.labels.color = text;
    chart.update("none");
  }

  for (const canvas of document.querySelectorAll("canvas[data-prices]")) {
    const told = JSON.parse(document.getElementById(canvas.dataset.prices).textContent);
    const chart = new Chart(canvas, {
      type: "line",
      data: { datasets: told.lines.map(dataset) },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, parsing: true,
        interaction: { mode: "nearest", intersect: false },
        scales: {
          x: { type: "linear", bounds: "data", ticks: { callback: day, maxTicksLimit: 8, maxRotation: 0 }, title: { display: false }, grid: {} },
          y: { beginAtZero: true, grace: "5%", ticks: {}, title: { display: true, text: told.unit }, grid: {} },
        },
        plugins: {
          colors: { enabled: false },
          legend: { display: told.lines.length > 1, position: "bottom", align: "start", labels: { boxWidth: 24, boxHeight: 1 } },
          tooltip: {
            callbacks: {
              title: (items) => (items.length ? day(items[0].parsed.x) : ""),
              label: (item) => `${item.dataset.label}: ${item.raw.text}`,
            },
          },
        },
      },
    });
    paint(chart);
    drawn.push(chart);
  }

  new MutationObserver(() => drawn.forEach(paint)).observe(document.documentElement, {
    attributes: true, attributeFilter: ["class"],
  });
});
