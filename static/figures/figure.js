// Preview and downloads of one figure: SVG, PNG and PDF are made here, in the browser.

const SCRIPTS = {
  plotly: "component/ui.shared.figure_files.plotly/plotly.min.js",
  jspdf: "component/ui.shared.figure_files.tools/jspdf.umd.min.js",
  svg2pdf: "component/ui.shared.figure_files.tools/svg2pdf.umd.min.js",
};
const FONTS = {
  "Figure Sans": "component/ui.shared.figure_files.tools/figure-sans.ttf",
  "Figure Serif": "component/ui.shared.figure_files.tools/figure-serif.ttf",
};
const PER_MM = 96 / 25.4;
const loading = {};

/** Load something once; a failure may be tried again. */
function once(key, load) {
  loading[key] ??= load().catch((error) => {
    delete loading[key];
    throw error;
  });
  return loading[key];
}

/** Pages have no folders, so a relative address begins at the app's own. */
const address = (path) => new URL(path, document.location.href).href;

const script = (name) => once(name, () => new Promise((resolve, reject) => {
  const element = document.createElement("script");
  element.src = address(SCRIPTS[name]);
  element.onload = resolve;
  element.onerror = () => reject(new Error(`${name} could not be loaded`));
  document.head.append(element);
}));

/** The font as base64, and known to the page. */
const font = (family) => once(family, async () => {
  const bytes = await (await fetch(address(FONTS[family]))).arrayBuffer();
  document.fonts.add(await new FontFace(family, bytes).load());
  const text = [];
  new Uint8Array(bytes).forEach((byte) => text.push(String.fromCharCode(byte)));
  return btoa(text.join(""));
});

const familyOf = (figure) => figure.layout.font.family.split(",")[0];

/** The figure as SVG of a width in mm. */
async function drawn(figure, millimetres) {
  await Promise.all([script("plotly"), font(familyOf(figure))]);
  const { width, height } = figure.layout;
  const options = { format: "svg", width, height, imageDataOnly: true };
  const text = await window.Plotly.toImage(figure, options);
  const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", `${millimetres}mm`);
  svg.setAttribute("height", `${((millimetres * height) / width).toFixed(3)}mm`);
  return svg;
}

const written = (svg) => new XMLSerializer().serializeToString(svg);

const asSvg = async (svg) => new Blob([written(svg)], { type: "image/svg+xml" });

/** A picture knows no fonts of the page: its own is put into it. */
async function asPng(svg, family, millimetres, dpi) {
  const copy = svg.cloneNode(true);
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  const data = await font(family);
  style.textContent = `@font-face{font-family:"${family}";src:url(data:font/ttf;base64,${data})}`;
  copy.prepend(style);
  const [, , width, height] = copy.getAttribute("viewBox").split(" ").map(Number);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((millimetres / 25.4) * dpi);
  canvas.height = Math.round((canvas.width * height) / width);
  copy.setAttribute("width", canvas.width);
  copy.setAttribute("height", canvas.height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written(copy))}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return new Blob([withResolution(new Uint8Array(await blob.arrayBuffer()), dpi)], { type: "image/png" });
}

/** PNG with the chunk pHYs (pixels per metre) after its header, so that programs know its size. */
function withResolution(png, dpi) {
  const HEADER = 33;
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, Math.round(dpi / 0.0254));
  view.setUint32(12, Math.round(dpi / 0.0254));
  chunk[16] = 1;
  view.setUint32(17, checksum(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, HEADER));
  whole.set(chunk, HEADER);
  whole.set(png.subarray(HEADER), HEADER + chunk.length);
  return whole;
}

/** CRC-32 of a chunk (PNG specification, annex D). */
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

async function asPdf(svg, family, millimetres) {
  await script("jspdf");
  await script("svg2pdf");
  const [, , across, up] = svg.getAttribute("viewBox").split(" ").map(Number);
  const height = (millimetres * up) / across;
  const orientation = millimetres > height ? "landscape" : "portrait";
  const pdf = new window.jspdf.jsPDF({
    unit: "mm", format: [millimetres, height], orientation, putOnlyUsedFonts: true, compress: true,
  });
  pdf.addFileToVFS("figure.ttf", await font(family));
  for (const style of ["normal", "bold"]) pdf.addFont("figure.ttf", family, style);
  const copy = svg.cloneNode(true);
  copy.setAttribute("width", across);
  copy.setAttribute("height", up);
  await pdf.svg(copy, { x: 0, y: 0, width: millimetres, height });
  return pdf.output("blob");
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export default function ({ data, parentElement }) {
  const { figure: text, width, name, alt } = data;
  const figure = JSON.parse(text);
  const family = familyOf(figure);
  const preview = parentElement.querySelector(".preview");
  const note = parentElement.querySelector(".note");
  preview.setAttribute("aria-label", alt);
  let current = true;
  const ready = drawn(figure, width);
  ready.then(
    (svg) => {
      if (!current) return;
      preview.replaceChildren(document.importNode(svg, true));
      parentElement.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    },
    (error) => { note.textContent = `The figure could not be drawn: ${error.message}`; },
  );
  const makers = {
    svg: (svg) => asSvg(svg),
    png300: (svg) => asPng(svg, family, width, 300),
    png600: (svg) => asPng(svg, family, width, 600),
    pdf: (svg) => asPdf(svg, family, width),
  };
  parentElement.querySelectorAll("button").forEach((button) => {
    const kind = button.dataset.kind;
    button.onclick = async () => {
      button.disabled = true;
      note.textContent = "";
      try {
        save(await makers[kind](await ready), `${name}.${kind.slice(0, 3)}`);
      } catch (error) {
        note.textContent = `The file could not be made: ${error.message}`;
      }
      button.disabled = false;
    };
  });
  return () => { current = false; };
}
