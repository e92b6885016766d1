// What the page does without asking the server: sending by Enter, growing the text box, following the conversation.
window.guanghe = {
  NEAR_END_PIXELS: 120,
  following: true,

  // A message typed with an input method is committed by Enter first; that Enter must not send it.
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  },

  typed(event) {
    const box = event.target;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
    box.form.querySelector("button").disabled = box.value.trim() === "";
    // A server that was restarted reloads the page: what was being typed comes back with it.
    sessionStorage.guangheDraft = box.value;
  },

  // Without a connection the words stay in the box: the page says that it is reconnecting.
  submit(event, emit) {
    event.preventDefault();
    const box = event.target.querySelector("textarea, input");
    if (box.value.trim() === "" || !window.socket?.connected) return;
    emit(box.value);
    if (box.tagName === "INPUT") return;
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    window.guanghe.following = true;
  },

  // A pressed button goes away: the keyboard's place moves to the conversation instead of being lost.
  pressed(emit) {
    window.guanghe.following = true;
    document.querySelector(".log-frame").focus({ preventScroll: true });
    emit();
  },

  // Numbers of charts as bot/pictures/numbers.py writes them: 1.2万, 3亿.
  number(value) {
    for (const [unit, name] of [[1e8, "亿"], [1e4, "万"]]) {
      if (Math.abs(value) >= unit) return `${Math.trunc(+((value / unit) * 1e4).toFixed(6)) / 1e4}${name}`;
    }
    return `${+value.toPrecision(6)}`;
  },

  amount(value, unit) {
    if (value == null) return "没有数据";
    return `${value.toLocaleString("zh-CN", { maximumFractionDigits: Math.abs(value) < 0.1 ? 4 : 2 })}${unit}`;
  },

  watch() {
    const frame = document.querySelector(".log-frame");
    if (!frame) return void requestAnimationFrame(window.guanghe.watch);
    const follow = () => {
      if (!window.guanghe.following) return;
      const last = [...frame.querySelectorAll(".turn")].pop();
      const long = last && last.offsetHeight > frame.clientHeight - 24;
      if (long) last.scrollIntoView({ block: "start" });
      else frame.scrollTop = frame.scrollHeight;
    };
    frame.addEventListener("scroll", () => {
      const left = frame.scrollHeight - frame.scrollTop - frame.clientHeight;
      window.guanghe.following = left < window.guanghe.NEAR_END_PIXELS;
    });
    frame.addEventListener("load", follow, true);
    new MutationObserver(follow).observe(frame, { childList: true, subtree: true });
    follow();
    const box = document.querySelector(".composer textarea");
    box.value = sessionStorage.guangheDraft ?? "";
    window.guanghe.typed({ target: box });
    // On a phone the keyboard would cover the suggestions.
    if (matchMedia("(pointer: fine)").matches) box.focus();
  },
};
window.guanghe.watch();
