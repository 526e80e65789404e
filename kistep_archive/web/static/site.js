// Small comforts; every page works without them.
"use strict";

// A button that copies the text of an element: <button data-copy="id" data-done="Copied" hidden>
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // without permission: select the text, so that the keyboard can copy it
      getSelection().selectAllChildren(source);
      return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

// While a run is active, its state is asked for every few seconds: <p data-progress="runs.json">
const progress = document.querySelector("[data-progress]");
if (progress) {
  const ask = async () => {
    const answer = await fetch(progress.dataset.progress);
    const state = answer.ok ? await answer.json() : { active: "" };
    if (!state.active) {
      location.reload();
      return;
    }
    progress.textContent = progress.textContent.replace(/:.*/s, `: ${state.active}`);
    setTimeout(ask, 5000);
  };
  setTimeout(ask, 5000);
}

// "/" goes to the search box, unless somebody types.
document.addEventListener("keydown", (event) => {
  const typing = /^(?:input|textarea|select)$/i.test(event.target.tagName);
  const box = document.getElementById("q");
  if (event.key === "/" && box && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
  }
});

// The slider through a post's revisions opens the step that it stands at.
const slider = document.getElementById("slider");
if (slider) {
  const steps = [...document.querySelectorAll(".steps a")];
  slider.hidden = false;
  slider.addEventListener("change", () => { location.href = steps[slider.value - 1].href; });
}

// Counts that take a moment are asked for once the results are there: <p data-replace="the same page with them">
const waiting = document.querySelector("[data-replace]");
if (waiting) {
  fetch(waiting.dataset.replace).then(async (answer) => {
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const counted = page.querySelector(".facets");
    if (counted) waiting.closest(".facets").replaceWith(counted);
  });
}
