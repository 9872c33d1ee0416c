// The page of a text: a passage opens beside the words without leaving the page. Without this, each link is a link.

const PARTS = ["#words", "#panel", ".behind"];
let latest = 0;

async function open(address, keep) {
  const turn = ++latest;
  let fresh;
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    location.assign(address);
    return;
  }
  if (turn !== latest) return;
  for (const part of PARTS) {
    const old = document.querySelector(part);
    const made = fresh.querySelector(part);
    if (old && made) {
      old.replaceChildren(...document.adoptNode(made).childNodes);
      old.hidden = made.hidden;
    }
  }
  document.title = fresh.title;
  if (keep) history.pushState(null, "", address);
  document.querySelector("#panel").scrollTop = 0;
  const at = document.querySelector("#at");
  if (at) {
    at.scrollIntoView({ block: "nearest" });
    at.focus({ preventScroll: true });
  }
}

document.querySelector(".beside")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const address = new URL(link.href);
  if (address.pathname !== location.pathname || !(address.searchParams.has("at") || link.matches(".close"))) return;
  event.preventDefault();
  open(address.href, true);
});

addEventListener("popstate", () => open(location.href, false));
