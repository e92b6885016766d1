// What the desk does without asking the server: keys, following the thread, the box that is written in.
window.guangheDesk = {
  field: () => document.querySelector(".desk-composer textarea"),

  submit(event, emit) {
    event.preventDefault();
    const form = event.target;
    const text = form.querySelector("textarea").value;
    // Without a connection the words stay in the box: the page says that it is reconnecting.
    if (!window.socket?.connected || text.trim() === "") return;
    emit({ text, mode: form.querySelector("input[name=mode]:checked").value });
  },

  // The words went out; those that did not stay where they are.
  sent() {
    const field = window.guangheDesk.field();
    field.value = "";
    field.style.height = "";
    document.querySelector(".mode.reply input").checked = true;
    window.guangheDesk.follow();
    field.focus();
  },

  // Who types is told to the others at most every two seconds; what begins with / is looked up at every key.
  told: 0,
  typed(event, emit) {
    const { value } = event.target;
    const now = Date.now();
    const looks = value.startsWith("/") || document.querySelector(".canned li");
    if (!looks && now - window.guangheDesk.told < 2000) return;
    window.guangheDesk.told = now;
    emit(value.startsWith("/") ? value : "");
  },

  fill(text) {
    const field = window.guangheDesk.field();
    field.value = text;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 200)}px`;
    field.focus();
  },

  edited(event, emit) {
    event.preventDefault();
    emit(event.target.querySelector("textarea").value);
  },

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form.requestSubmit();
    } else if (event.key === "ArrowDown" && document.querySelector(".canned-one")) {
      event.preventDefault();
      document.querySelector(".canned-one").focus();
    }
  },

  chosen(number) {
    history.replaceState(null, "", `/desk?case=${encodeURIComponent(number)}`);
    window.guangheDesk.field().value = "";
    window.guangheDesk.follow();
  },

  following: true,
  follow() {
    window.guangheDesk.following = true;
    const frame = document.querySelector(".lines-frame");
    frame.scrollTop = frame.scrollHeight;
  },

  step(by) {
    const rows = [...document.querySelectorAll(".cases .row")];
    if (rows.length === 0) return;
    const here = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = rows[Math.min(Math.max(here + by, 0), rows.length - 1)];
    next.focus();
    next.click();
  },

  list(event) {
    const ones = [...document.querySelectorAll(".canned-one")];
    const place = ones.indexOf(document.activeElement);
    if (place < 0) return false;
    if (event.key === "ArrowDown") ones[Math.min(place + 1, ones.length - 1)].focus();
    else if (event.key === "ArrowUp") (place === 0 ? window.guangheDesk.field() : ones[place - 1]).focus();
    else return false;
    event.preventDefault();
    return true;
  },

  press(event) {
    const { target, key } = event;
    if (key === "Escape") return void (target.matches("input, textarea, select") && target.blur());
    if (window.guangheDesk.list(event)) return;
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (busy || target.matches("input:not([type=radio]), textarea, select") || document.querySelector(".q-dialog")) return;
    const small = key.toLowerCase();
    if (small === "j" || small === "k") window.guangheDesk.step(small === "j" ? 1 : -1);
    else if (small === "s") location.assign("/desk/search");
    else if (key === "/") window.guangheDesk.lookUp();
    else {
      const button = document.querySelector(`[data-key="${CSS.escape(small)}"]`);
      if (!button || button.offsetParent === null) return;
      button.click();
      if (button.type === "radio") window.guangheDesk.field().focus();
    }
    event.preventDefault();
  },

  lookUp() {
    const field = window.guangheDesk.field();
    if (!field || field.offsetParent === null) return;
    field.value = "/";
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  },

  watch() {
    const frame = document.querySelector(".lines-frame");
    if (!frame) return void requestAnimationFrame(window.guangheDesk.watch);
    frame.addEventListener("scroll", () => {
      window.guangheDesk.following = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 120;
    });
    new MutationObserver(() => {
      if (window.guangheDesk.following) window.guangheDesk.follow();
    }).observe(frame, { childList: true, subtree: true });
    document.addEventListener("keydown", window.guangheDesk.press);
  },
};
window.guangheDesk.watch();
