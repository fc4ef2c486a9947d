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
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (time.dateTime.includes("T")) {
    time.textContent = inWords.format(at);
    time.title = `${exactly.format(at)} (${time.dateTime})`;
  } else {
    time.textContent = aDay.format(at);
  }
}
const zone = document.getElementById("zone");
if (document.querySelector("main time[datetime*=T]")) {
  zone.textContent = `Times are those of ${inWords.resolvedOptions().timeZone.replaceAll("_", " ")}.`;
  zone.hidden = false;
}

// Numbers are written as the reader writes them.
const inDigits = new Intl.NumberFormat();
for (const number of document.querySelectorAll("data[value]")) {
  number.textContent = inDigits.format(number.value);
}

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
