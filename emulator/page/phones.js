/* The phones: what is said goes to the emulator by POST, what is shown comes back as server-sent events. */
const at = (id) => document.getElementById(id);
const phones = new Map();
let seen = 0;
let zone = "Asia/Shanghai";

function make(name, className, text) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function button(text, act, className) {
  const node = make("button", className, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

async function post(path, body) {
  const raw = body instanceof Blob;
  try {
    const answer = await fetch(path, { method: "POST", body: raw ? body : JSON.stringify(body) });
    const words = await answer.json();
    if (!answer.ok) announce(words.error || "没有成功，请再试一次。");
    return answer.ok ? words : null;
  } catch {
    announce("连不上演示程序，请看看它是否还在运行。");
    return null;
  }
}

const say = (phone, wish) => post(`/phones/${encodeURIComponent(phone.id)}/say`, wish);

function announce(words) {
  at("rang").textContent = words;
  at("rang").hidden = !words;
}

function stamp(phone, iso) {
  const time = new Date(iso);
  if (phone.last && time - phone.last < 300000) return;
  phone.last = time;
  const wanted = { timeZone: zone, month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("zh-CN", wanted).formatToParts(time).map((part) => [part.type, part.value]));
  phone.log.append(make("time", "stamp", `${parts.month}月${parts.day}日 ${parts.weekday} ${parts.hour}:${parts.minute}`));
}

function picture(phone, media) {
  const image = make("img");
  image.addEventListener("load", () => { phone.log.scrollTop = phone.log.scrollHeight; });
  image.src = `/media/${encodeURIComponent(media)}`;
  image.alt = "照片";
  return image;
}

function piece(phone, part) {
  if (part.touch !== undefined) {
    return button(part.text, () => say(phone, { touch: { content: part.touch, menuid: part.menuid } }), "touch");
  }
  if (part.url === undefined) return document.createTextNode(part.text);
  const link = make("a", "", part.text);
  link.href = part.url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function bubble(phone, entry) {
  const node = make("div", entry.push ? "bubble push" : "bubble");
  if (entry.kind === "image") {
    node.classList.add("picture");
    node.append(picture(phone, entry.media));
  } else if (entry.kind === "location") {
    node.classList.add("place");
    node.append(make("b", "spot", entry.text || "我的位置"), make("small", "", `${entry.lat.toFixed(5)}, ${entry.lng.toFixed(5)}`));
  } else if (entry.pieces) {
    node.append(...entry.pieces.map((part) => piece(phone, part)));
  } else {
    node.textContent = entry.text;
  }
  return node;
}

function show(entry, fresh) {
  const phone = phones.get(entry.phone);
  if (entry.seq <= seen) return;
  seen = entry.seq;
  if (!phone) return;
  stamp(phone, entry.at);
  if (entry.side === "note") {
    phone.log.append(make("div", `note ${entry.kind}`, entry.text));
    if (entry.kind !== "trouble") follows(phone, entry.kind === "follow");
  } else {
    const row = make("div", `row ${entry.side}`);
    const face = make("span", "face", entry.side === "me" ? phone.owner.slice(0, 1) : "铃");
    face.setAttribute("aria-hidden", "true");
    row.append(face, bubble(phone, entry));
    phone.log.append(row);
  }
  if (phone.typing) phone.log.append(phone.typing);
  phone.log.scrollTop = phone.log.scrollHeight;
  if (fresh && entry.push) ring(phone);
}

function ring(phone) {
  phone.node.classList.remove("ringing");
  void phone.node.offsetWidth;
  phone.node.classList.add("ringing", "unread");
  phone.tab.classList.add("unread");
}

function read(phone) {
  phone.node.classList.remove("unread", "ringing");
  phone.tab.classList.remove("unread");
}

function follows(phone, yes) {
  phone.follows = yes;
  phone.node.querySelector(".follow").textContent = yes ? "取消关注" : "关注";
}

function typing(phone, on) {
  if (phone.typing) phone.typing.remove();
  phone.typing = on ? make("div", "typing", "正在输入…") : null;
  if (!on) return;
  phone.log.append(phone.typing);
  phone.log.scrollTop = phone.log.scrollHeight;
}

function clock(news) {
  zone = news.zone;
  at("clock").textContent = news.words;
  at("jumps").hidden = !news.virtual;
}

function sheet(phone, kind, words, choices) {
  const same = !phone.sheet.hidden && phone.sheet.dataset.kind === kind;
  phone.sheet.hidden = same;
  phone.sheet.dataset.kind = kind;
  if (!same) phone.sheet.replaceChildren(make("p", "", words), ...choices);
}

function chosen(phone, wish) {
  phone.sheet.hidden = true;
  say(phone, wish);
}

function openPins(phone) {
  const pins = phone.pins.map((pin) => button(pin.label, () => chosen(phone, { location: pin }), "spot"));
  sheet(phone, "pins", pins.length ? "发送哪个位置？" : "这部手机没有备好的位置，可以打字说地址。", pins);
}

function openPhotos(phone) {
  const samples = phone.photos.map((photo) => {
    const node = button("", () => chosen(phone, { photo: photo.label }), "sample");
    const image = make("img");
    image.src = photo.url;
    image.alt = "";
    node.append(image, document.createTextNode(photo.label));
    return node;
  });
  const file = phone.node.querySelector("input[type=file]");
  sheet(phone, "photos", "发送哪张照片？", [...samples, button("从电脑选择…", () => file.click())]);
}

function listen(phone) {
  const form = phone.node.querySelector("form");
  const input = form.querySelector("input[type=text]");
  const file = form.querySelector("input[type=file]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = input.value;
    if (!words.trim()) return;
    input.value = "";
    if (!(await say(phone, { text: words })) && !input.value) input.value = words;
  });
  file.addEventListener("change", () => {
    phone.sheet.hidden = true;
    if (file.files[0]) post(`/phones/${encodeURIComponent(phone.id)}/upload`, file.files[0]);
    file.value = "";
  });
  phone.node.querySelector(".pin").addEventListener("click", () => openPins(phone));
  phone.node.querySelector(".photo").addEventListener("click", () => openPhotos(phone));
  phone.node.querySelector(".follow").addEventListener("click", () => say(phone, phone.follows ? { unfollow: true } : { follow: true }));
  phone.node.addEventListener("click", () => read(phone));
  new ResizeObserver(() => { phone.log.scrollTop = phone.log.scrollHeight; }).observe(phone.log);
  phone.node.addEventListener("focusin", () => read(phone));
}

function label(phone) {
  const put = (selector, id, words) => {
    const node = phone.node.querySelector(selector);
    node.dataset.testid = `${id}-${phone.id}`;
    if (words) node.setAttribute("aria-label", words);
  };
  phone.node.dataset.testid = `phone-${phone.id}`;
  phone.node.setAttribute("aria-label", `${phone.owner}的手机`);
  put("input[type=text]", "input", `${phone.owner}要说的话`);
  put(".send", "send");
  put(".messages", "messages", `${phone.owner}的聊天`);
  put(".pin", "pin");
  put(".photo", "photo");
  put("input[type=file]", "file", "选择图片文件");
}

function select(phone) {
  for (const other of phones.values()) {
    other.node.classList.toggle("shown", other === phone);
    other.tab.setAttribute("aria-pressed", String(other === phone));
  }
  read(phone);
  phone.log.scrollTop = phone.log.scrollHeight;
}

function build(described) {
  const node = at("phone").content.firstElementChild.cloneNode(true);
  const phone = { ...described, node, log: node.querySelector(".messages"), sheet: node.querySelector(".sheet") };
  node.classList.add(phone.platform);
  node.querySelector(".avatar").textContent = phone.owner.slice(0, 1);
  node.querySelector("h2").textContent = phone.owner;
  node.querySelector("small").textContent = phone.caption;
  node.querySelector(".follow").hidden = phone.platform !== "wechat";
  for (const words of phone.shortcuts) {
    const chip = button(words, () => say(phone, { text: words }));
    chip.dataset.testid = "chip";
    node.querySelector(".chips").append(chip);
  }
  phone.tab = button(phone.owner, () => select(phone));
  phones.set(phone.id, phone);
  label(phone);
  listen(phone);
  at("tabs").append(phone.tab);
  at("phones").append(node);
}

function hear(news) {
  if (news.type === "entry") show(news.entry, true);
  if (news.type === "typing" && phones.has(news.phone)) typing(phones.get(news.phone), news.on);
  if (news.type === "clock") {
    clock(news.clock);
    if (news.rang !== undefined) announce(news.rang);
  }
}

function connect() {
  const source = new EventSource(`/phones/events?after=${seen}`);
  source.onmessage = (event) => hear(JSON.parse(event.data));
  source.onopen = () => document.body.setAttribute("data-live", "yes");
  source.onerror = () => {
    source.close();
    document.body.removeAttribute("data-live");
    setTimeout(connect, 1500);
  };
}

async function jump(event) {
  const all = [...at("jumps").querySelectorAll("button")];
  for (const one of all) one.disabled = true;
  announce("时间快进中…");
  await post("/clock", { jump: event.currentTarget.dataset.jump });
  for (const one of all) one.disabled = false;
}

async function start() {
  const state = await (await fetch("/phones")).json();
  document.title = state.title;
  at("title").textContent = state.title;
  at("hint").textContent = state.hint;
  clock(state.clock);
  state.phones.forEach(build);
  state.entries.forEach((entry) => show(entry, false));
  if (state.phones.length) select(phones.get(state.phones[0].id));
  for (const one of at("jumps").querySelectorAll("button")) one.addEventListener("click", jump);
  connect();
}

start();
