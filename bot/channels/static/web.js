// What the page does without asking the server: sending by Enter, growing the text box, following the conversation.
window.guanghe = {
  ...window.guanghe,
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
    window.guanghe.ready();
    // A server that was restarted reloads the page: what was being typed comes back with it.
    sessionStorage.guangheDraft = box.value;
  },

  // Without a connection the words stay in the box: the page says that it is reconnecting.
  submit(event, emit) {
    event.preventDefault();
    if (!window.socket?.connected) return;
    const box = event.target.querySelector("textarea");
    if (!box) {
      const { value } = event.target.querySelector("input");
      if (value.trim() !== "") emit(value);
      return;
    }
    const files = window.guanghe.files;
    if ((box.value.trim() === "" && files.length === 0) || files.some((file) => !file.id)) return;
    emit({ text: box.value, files: files.map((file) => file.id) });
    for (const file of [...files]) window.guanghe.remove(file);
    window.guanghe.problem("");
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    window.guanghe.following = true;
  },

  // Files go up as soon as they are chosen; the message that is sent later names them.
  files: [],

  ready() {
    const form = document.querySelector(".composer");
    const { files } = window.guanghe;
    const nothing = form.querySelector("textarea").value.trim() === "" && files.length === 0;
    form.querySelector(".send").disabled = nothing || files.some((file) => !file.id);
  },

  choose(event) {
    event.target.closest("form").querySelector(".chooser").click();
  },

  chosen(event) {
    window.guanghe.add(event.target.files);
    // The same file can be chosen again after it was removed.
    event.target.value = "";
  },

  pasted(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    window.guanghe.add(event.clipboardData.files);
  },

  add(chosen) {
    const { limit, limitWords, most } = document.querySelector(".composer").dataset;
    window.guanghe.problem("");
    for (const file of chosen) {
      if (window.guanghe.files.length >= Number(most)) {
        window.guanghe.problem(`一次最多发 ${most} 个文件，其余的没有加上。`);
        break;
      }
      if (file.size > Number(limit)) {
        window.guanghe.problem(`“${file.name}”超过了 ${limitWords} 的上限，没有加上。可以剪短一些或压到 720p 再传。`);
        continue;
      }
      window.guanghe.upload(file);
    }
    document.querySelector(".composer textarea").focus();
  },

  upload(file) {
    const request = new XMLHttpRequest();
    const one = { id: null, request, chip: document.createElement("li") };
    const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
    const state = Object.assign(document.createElement("span"), { className: "file-line", textContent: "0%" });
    const away = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    away.setAttribute("aria-label", `移除 ${file.name}`);
    away.onclick = () => window.guanghe.remove(one);
    one.chip.append(name, state, away);
    document.querySelector(".tray").append(one.chip);
    window.guanghe.files.push(one);
    window.guanghe.ready();
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) state.textContent = `${Math.floor((event.loaded / event.total) * 100)}%`;
    };
    request.onload = () => {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // A proxy's page instead of our answer.
      }
      if (request.status !== 200) return window.guanghe.refused(one, answer.problem);
      one.id = answer.id;
      state.textContent = "已上传";
      window.guanghe.ready();
    };
    request.onerror = () => window.guanghe.refused(one);
    request.open("POST", "/uploads");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.toWellFormed?.() ?? file.name));
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.send(file);
  },

  refused(one, words) {
    window.guanghe.remove(one);
    window.guanghe.problem(words ?? "文件没有传上来，请再选一次。");
  },

  remove(one) {
    one.request.abort();
    one.chip.remove();
    window.guanghe.files = window.guanghe.files.filter((file) => file !== one);
    window.guanghe.ready();
  },

  problem(words) {
    document.querySelector(".tray-problem").textContent = words;
  },

  // Files may be dropped anywhere on the page; anything else that is dragged goes its usual way.
  drop() {
    const has = (event) => event.dataTransfer?.types.includes("Files");
    const bottom = document.querySelector(".bottom");
    let leaving;
    addEventListener("dragover", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      bottom.classList.add("dropping");
      clearTimeout(leaving);
      leaving = setTimeout(() => bottom.classList.remove("dropping"), 200);
    });
    addEventListener("drop", (event) => {
      if (!has(event)) return;
      event.preventDefault();
      window.guanghe.add(event.dataTransfer.files);
    });
  },

  // A pressed button goes away: the keyboard's place moves to the conversation instead of being lost.
  pressed(emit) {
    window.guanghe.following = true;
    document.querySelector(".log-frame").focus({ preventScroll: true });
    emit();
  },

  // Earlier messages come in above: what the person was reading stays where it is.
  older(emit) {
    const frame = document.querySelector(".log-frame");
    const before = frame.scrollHeight;
    window.guanghe.following = false;
    new MutationObserver((_, observer) => {
      if (frame.scrollHeight <= before) return;
      frame.scrollTop += frame.scrollHeight - before;
      observer.disconnect();
    }).observe(frame, { childList: true, subtree: true });
    emit();
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
    // Files chosen below take room from the conversation.
    new ResizeObserver(follow).observe(frame);
    follow();
    const box = document.querySelector(".composer textarea");
    box.value = sessionStorage.guangheDraft ?? "";
    window.guanghe.typed({ target: box });
    window.guanghe.drop();
    // On a phone the keyboard would cover the suggestions.
    if (matchMedia("(pointer: fine)").matches) box.focus();
  },
};
window.guanghe.watch();
