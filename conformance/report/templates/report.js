(() => {
  const all = (selector, root = document) => [
    ...root.querySelectorAll(selector),
  ];

  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const goal = id && document.getElementById(id);
    if (!goal) return;
    let box = goal.closest("details");
    for (; box; box = box.parentElement.closest("details")) box.open = true;
    goal.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  const copy = async (code, button) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  const offerCopy = (box) => {
    const code = box.querySelector(":scope > .x > .k");
    if (!code || box.querySelector("button")) return;
    const button = document.createElement("button");
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the command");
    button.setAttribute("aria-live", "polite");
    button.onclick = () => copy(code, button);
    code.after(button);
  };
  const opened = (event) => event.target.open && offerCopy(event.target);
  document.addEventListener("toggle", opened, true);
  all(".xs details[open]").forEach(offerCopy);

  const markSameSecret = (event) => {
    const mark = event.target.closest("mark");
    all("mark.on").forEach((other) => other.classList.remove("on"));
    if (!mark) return;
    all("mark", mark.closest(".s") || document).forEach((other) => {
      const same = other.textContent === mark.textContent;
      other.classList.toggle("on", same);
    });
  };
  document.addEventListener("pointerover", markSameSecret);

  const form = document.querySelector(".filter");
  if (!form) return;
  const rows = all(".s").map((box) => ({
    box,
    verdict: box.querySelector(".v").textContent,
    text: all("h4, .id, .verifies", box)
      .map((part) => part.textContent).join(" ").toLowerCase(),
  }));
  const filter = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    const verdict = form.elements.verdict.value;
    let shown = 0;
    rows.forEach((row) => {
      const fits = row.text.includes(text)
        && (!verdict || row.verdict === verdict);
      row.box.hidden = !fits;
      shown += fits;
    });
    all(".file").forEach((file) => {
      file.hidden = !file.querySelector(".s:not([hidden])");
    });
    form.querySelector("output").textContent = text || verdict
      ? `${shown} of ${rows.length} scenarios` : "";
  };
  form.hidden = false;
  form.oninput = filter;
  form.onsubmit = (event) => event.preventDefault();
  filter();
})();
