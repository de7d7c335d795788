"""A button that copies the page's full address."""

import streamlit as st

HTML = """
<div>
<button type="button">
  <svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none"
       stroke="currentColor" stroke-width="2" stroke-linecap="round">
    <path d="M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1"/>
    <path d="M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"/>
  </svg>
  <span aria-live="polite">Copy link</span>
</button>
<input type="text" readonly hidden aria-label="Link to this view">
</div>
"""
CSS = """
div { display: flex; flex-direction: column; align-items: flex-end; }
@media (max-width: 640px) { div { align-items: flex-start; } }
button {
  display: inline-flex; align-items: center; gap: 0.4rem; padding: 0.25rem 0.5rem;
  border: 0; border-radius: var(--st-button-radius); background: none; cursor: pointer;
  color: var(--st-text-color); font: 400 0.875rem var(--st-font); white-space: nowrap;
}
button:hover { color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
input {
  width: 100%; box-sizing: border-box; padding: 0.25rem 0.5rem; font: 0.8rem var(--st-code-font);
  color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
}
"""
JS = """
export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  const words = button.querySelector("span");
  const field = parentElement.querySelector("input");
  const show = (text) => {
    words.textContent = text;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => {
      words.textContent = "Copy link";
      field.hidden = true;
    }, text === "Link copied" ? 2500 : 15000);
  };
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      show("Link copied");
    } catch {
      field.value = window.location.href;
      field.hidden = false;
      field.select();
      show("Copy it with Ctrl+C");
    }
  };
}
"""
"""Without https a browser offers no clipboard: then the link is shown, selected."""

_component = st.components.v2.component("copy_link", html=HTML, css=CSS, js=JS)


def button() -> None:
    """Show the button."""
    _component(key="copy-link", width=180)
