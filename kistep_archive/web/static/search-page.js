// The page of the search: what was typed is in the address, the results are drawn below the form.
"use strict";

(() => {
  const form = document.getElementById("search");
  const results = document.getElementById("results");
  const status = document.getElementById("status");
  const root = form.dataset.root;
  const asked = new URLSearchParams(location.search);
  const offset = Number(asked.get("from")) || 0;

  const element = (name, attributes, ...children) => {
    const made = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  };

  const item = (post, text) => {
    const title = element("h2", {}, element("a", { href: `${root}${post.href}` }, post.title));
    if (post.removed) title.append(" ", element("span", { class: "badge removed" }, form.dataset.removed));
    const marked = kistepSearch.passage(text, asked.get("q") || "")
      .map(([piece, isMatch]) => (isMatch ? element("mark", {}, piece) : piece));
    const facts = [post.date, post.writer, `${post.board}/${post.number}`].filter(Boolean).join(" · ");
    return element("li", {}, title, element("p", { class: "snippet" }, ...marked), element("p", { class: "facts" }, facts));
  };

  const page = (words, from) => {
    const there = new URLSearchParams(asked);
    there.set("from", from);
    return element("a", { href: `?${there}` }, words);
  };

  const pager = (total) => {
    const bar = element("nav", { class: "pager", "aria-label": form.dataset.pages });
    bar.append(offset ? page(form.dataset.previous, Math.max(0, offset - kistepSearch.PER_PAGE)) : element("span", {}));
    bar.append(offset + kistepSearch.PER_PAGE < total ? page(form.dataset.next, offset + kistepSearch.PER_PAGE) : element("span", {}));
    return bar;
  };

  const show = async () => {
    const filters = { board: asked.get("board"), year: asked.get("year") };
    const found = await kistepSearch.find(root, asked.get("q") || "", filters, offset);
    const texts = await kistepSearch.readTexts(root, found.posts.map((post) => post.id));
    status.textContent = (found.total === 1 ? form.dataset.one : form.dataset.many).replace("{total}", found.total.toLocaleString("en"));
    results.replaceChildren(element("ol", { class: "posts" }, ...found.posts.map((post, place) => item(post, texts[place]))), pager(found.total));
    document.documentElement.dataset.searched = "yes";
  };

  for (const [name, value] of asked) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  if ([...asked.keys()].length) {
    show().catch((error) => { status.textContent = `${form.dataset.failed} (${error.message})`; });
  }
})();
