// Draws a board; rows that change their place move there. Every text is set as text.
const make = (kind, text = "") => {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
};

const drawn = (row) => {
  const line = document.createElement("div");
  line.setAttribute("role", "listitem");
  line.className = ["row", row.own && "own", row.reference && "reference"].filter(Boolean).join(" ");
  line.dataset.id = row.id;
  const move = make(row.change > 0 ? "move up" : "move down");
  if (row.change) {
    move.textContent = `${row.change > 0 ? "▲" : "▼"}${Math.abs(row.change)}`;
    move.setAttribute("aria-label", `${row.change > 0 ? "up" : "down"} ${Math.abs(row.change)}`);
  }
  const name = make("name", row.name);
  name.title = row.title || row.name;
  const strip = make("strip");
  if (row.at !== null) {
    const range = make("range");
    range.style.left = `${100 * row.low}%`;
    range.style.width = `${100 * Math.max(0, row.high - row.low)}%`;
    const dot = make("dot");
    dot.style.left = `${100 * row.at}%`;
    strip.append(range, dot);
  }
  const score = make("score", row.score);
  if (row.error) {
    const error = document.createElement("small");
    error.textContent = ` ± ${row.error}`;
    score.append(error);
  }
  line.append(make("rank", row.rank), move, name, strip, score);
  return line;
};

const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours] = [Math.floor(whole / 86400), Math.floor(whole / 3600)];
  const two = (number) => String(number % 60).padStart(2, "0");
  if (days > 1) return `${days} days`;
  const minutes = Math.floor(whole / 60);
  return hours ? `${hours}:${two(minutes)}:${two(whole)}` : `${minutes}:${two(whole)}`;
};

export default function ({ parentElement, data }) {
  const board = parentElement.querySelector(".board");
  const rows = parentElement.querySelector(".rows");
  const left = parentElement.querySelector(".left");
  board.className = data.big ? "board big" : "board";
  board.style.setProperty("--rows", Math.max(8, data.rows.length));
  parentElement.querySelector(".state").textContent = data.state;
  parentElement.querySelector(".empty").hidden = data.rows.length > 0;
  parentElement.querySelector(".empty").textContent = data.empty;
  const ends = parentElement.querySelectorAll(".axis span");
  const [low, high] = ends[3].children;
  [low.textContent, high.textContent, ends[4].textContent] = [data.low, data.high, data.measure];
  parentElement.querySelector(".axis").hidden = !data.rows.length;

  const content = JSON.stringify(data.rows);
  if (board.content !== content) {
    board.content = content;
    const before = new Map([...rows.children].map((row) => [row.dataset.id, row.offsetTop]));
    rows.replaceChildren(...data.rows.map(drawn));
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const row of still ? [] : rows.children) {
      const way = (before.get(row.dataset.id) ?? row.offsetTop) - row.offsetTop;
      if (!way) continue;
      row.style.transition = "none";
      row.style.transform = `translateY(${way}px)`;
      row.getBoundingClientRect();
      row.style.transition = "";
      row.style.transform = "";
    }
  }

  const deadline = data.seconds === null ? null : Date.now() + 1000 * data.seconds;
  const tick = () => {
    const seconds = deadline === null ? null : (deadline - Date.now()) / 1000;
    left.textContent = seconds === null ? "" : `${clock(seconds)}${data.until}`;
    left.classList.toggle("late", seconds !== null && seconds < 300);
  };
  clearInterval(board.timer);
  tick();
  if (deadline !== null) board.timer = setInterval(tick, 500);
  return () => clearInterval(board.timer);
}
