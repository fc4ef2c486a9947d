// Comfort for those whose browser runs scripts. Nothing here is needed: every page works without. It runs before the page is shown for the
// first time (`blocking="render"`), so that nothing moves when times are written anew and buttons appear.

const announcer = document.createElement("p");
announcer.className = "hidden";
announcer.setAttribute("role", "status");
document.body.append(announcer);

function announce(text) {
  announcer.textContent = "";
  // A live region says what changes in it, not what it has.
  setTimeout(() => { announcer.textContent = text; }, 50);
}

// Values to carry elsewhere are copied by a button.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without https the browser has no clipboard for pages; its older way still works.
      field.select();
      document.execCommand("copy");
      button.focus();
    }
    const label = field.labels[0]?.textContent ?? "The value";
    announce(`${label} copied`);
    const shown = button.innerHTML;
    button.textContent = "Copied";
    setTimeout(() => { button.innerHTML = shown; }, 1500);
  });
}

// Instants are shown in the reader's zone, which the page names below; the exact one is in the title, there and in UTC. Days are those of UTC.
const inWords = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "full" });
const aDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
// Numbers are written as the reader writes them.
const inDigits = new Intl.NumberFormat();
function writeAsReader(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (time.dateTime.includes("T")) {
      time.textContent = inWords.format(at);
      time.title = `${exactly.format(at)} (${time.dateTime})`;
    } else {
      time.textContent = aDay.format(at);
    }
  }
  for (const number of root.querySelectorAll("data[value]")) {
    number.textContent = inDigits.format(number.value);
  }
}
function nameZone() {
  if (!document.querySelector("main time[datetime*=T]")) return;
  const zone = document.getElementById("zone");
  zone.textContent = `Times are those of ${inWords.resolvedOptions().timeZone.replaceAll("_", " ")}.`;
  zone.hidden = false;
}
writeAsReader(document);
nameZone();

// A list whose values belong to those of another one offers only what fits.
for (const list of document.querySelectorAll("select[data-follows]")) {
  const leader = document.getElementById(list.dataset.follows);
  const all = [...list.options];
  const follow = () => {
    const chosen = list.value;
    list.replaceChildren(...all.filter((option) => !option.dataset.of || option.dataset.of === leader.value));
    if (list.value !== chosen) list.value = chosen;
    if (list.selectedIndex < 0) list.selectedIndex = 0;
  };
  leader.addEventListener("change", follow);
  follow();
}

// A file that is chosen is shown as text, so that one sees what is sent.
for (const file of document.querySelectorAll("input[type=file][data-into]")) {
  file.addEventListener("change", async () => {
    if (!file.files[0]) return;
    document.getElementById(file.dataset.into).value = await file.files[0].text();
    file.value = "";
    announce("The file is shown below");
  });
}

// What is typed and not saved is not lost by a slip.
for (const form of document.querySelectorAll("form[data-keeps]")) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

// What goes on is followed: its page is asked for again, and shows what is new, without being loaded as a whole. Who cannot see it is
// told now and then, and when it has ended.
const FOLLOWED_EVERY = 1500;
const TOLD_EVERY = 10000;

function follow() {
  let told = performance.now();
  const ask = async () => {
    if (document.hidden) return true;
    const answer = await fetch(location.href);
    // The session has ended, most likely: that is shown by loading the page.
    if (answer.redirected || answer.status === 404) { location.reload(); return false; }
    if (!answer.ok) return true;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [old, fresh] = [document, page].map((one) => one.querySelector("[data-follow]"));
    if (fresh) {
      writeAsReader(fresh);
      old.replaceWith(fresh);
      if (performance.now() - told < TOLD_EVERY) return true;
      told = performance.now();
      announce(fresh.dataset.told);
      return true;
    }
    const main = document.querySelector("main");
    const hadFocus = main.contains(document.activeElement);
    main.replaceChildren(...page.querySelector("main").childNodes);
    writeAsReader(main);
    nameZone();
    if (hadFocus) {
      const title = main.querySelector("h1");
      title.tabIndex = -1;
      title.focus();
    }
    const outcome = main.querySelector("[data-told]");
    if (outcome) announce(outcome.dataset.told);
    return false;
  };
  const again = () => setTimeout(async () => {
    // Without an answer it is asked again: the network may be away for a moment.
    if (await ask().catch(() => true)) again();
  }, FOLLOWED_EVERY);
  again();
}
if (document.querySelector("[data-follow]")) follow();
