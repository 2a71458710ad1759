// What a page's script tries against a gate. Each run is a page of its own; each way ends within two seconds.
// `given` holds what no page has: a paid entry, a pass with a proof, another's token with proofs.
const text = 'text/plain';
const soon = (promise) => Promise.race([
  Promise.resolve(promise).catch(() => null), new Promise((done) => setTimeout(done, 2000)),
]);
const forged = {
  Origin: '', 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'none', 'Sec-Fetch-Dest': 'empty', Cookie: '',
  Host: 'gate', 'User-Agent': 'curl/8', Referer: '', Connection: 'Upgrade', Upgrade: 'websocket',
};

const inWorker = (code, data) => new Promise((done) => {
  const worker = new Worker(URL.createObjectURL(new Blob([`onmessage = async ({data}) => { try { ${code} } catch {} postMessage(0) }`])));
  worker.onmessage = () => { worker.terminate(); done(); };
  worker.onerror = () => done();
  worker.postMessage(data);
});
const inFrame = (sandbox, code) => new Promise((done) => {
  const frame = document.createElement('iframe');
  frame.sandbox = sandbox;
  frame.srcdoc = `<script>(async () => { try { ${code} } catch {} parent.postMessage('framed', '*') })()<\/script>`;
  addEventListener('message', (event) => { if (event.data === 'framed') done(); });
  document.body.append(frame);
});
const byForm = (url, fields, enctype) => new Promise((done) => {
  const frame = document.createElement('iframe');
  frame.name = `f${Math.random()}`;
  frame.onload = () => frame.dataset.sent ? done() : null;
  document.body.append(frame);
  const form = document.createElement('form');
  Object.assign(form, {method: 'post', action: url, target: frame.name, enctype});
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input');
    Object.assign(input, {type: 'hidden', name, value});
    form.append(input);
  }
  document.body.append(form);
  frame.dataset.sent = '1';
  form.submit();
});
const byXhr = (method, url, body, headers) => new Promise((done) => {
  const request = new XMLHttpRequest();
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) { try { request.setRequestHeader(name, value); } catch {} }
  request.onloadend = done;
  request.send(body);
});
const bySocket = (url, protocols) => new Promise((done) => {
  let line;
  try { line = new WebSocket(url, protocols); } catch { done(); return; }
  line.onopen = line.onerror = line.onclose = () => { line.close(); done(); };
});
const byElement = (name, url) => new Promise((done) => {
  const element = document.createElement(name);
  element.onload = element.onerror = done;
  element.src = url;
  document.body.append(element);
});

const ways = (gate, given) => {
  const {hello, session, token, hall, entry, form, proof, bearer, hallProof} = given;
  const [H, S, T, P] = [gate + hello, gate + session, gate + token, gate + hall];
  const ws = S.replace('http', 'ws');
  const signed = {Authorization: bearer, DPoP: hallProof};
  return [
    () => fetch(H, {method: 'POST', body: given.body}),
    () => fetch(H, {method: 'POST', body: given.body, mode: 'no-cors', headers: {'Content-Type': text}}),
    () => fetch(H, {method: 'POST', body: given.body, headers: forged}),
    () => fetch(H, {method: 'POST', body: given.body, credentials: 'include', keepalive: true, referrerPolicy: 'no-referrer'}),
    () => fetch(new Request(H, {method: 'POST', body: given.body, mode: 'same-origin'})),
    () => byXhr('POST', H, given.body, forged),
    () => navigator.sendBeacon(H, given.body),
    () => byForm(H, {[given.body.slice(0, -1) + ',"a":"']: '"}'}, text),
    () => inWorker('await fetch(data[0], {method: "POST", body: data[1]}); await fetch(data[0], {method: "POST", body: data[1], mode: "no-cors"})', [H, given.body]),
    () => inFrame('allow-scripts', `await fetch(${JSON.stringify(H)}, {method: 'POST', mode: 'no-cors', body: ${JSON.stringify(given.body)}})`),
    () => fetch(S, {headers: {...forged, Authorization: entry}}),
    () => fetch(S, {mode: 'no-cors', headers: {Authorization: entry}}),
    () => bySocket(ws),
    () => bySocket(ws, ['gate', entry.slice(5).replaceAll('~', '.')]),
    () => bySocket(ws.replace('://', `://Gate:${entry.slice(5)}@`)),
    () => bySocket(`${ws}?authorization=${encodeURIComponent(entry)}`),
    () => inWorker('await new Promise((done) => { const line = new WebSocket(data); line.onopen = line.onclose = done; })', ws),
    () => inFrame('allow-scripts', `await new Promise((done) => { const line = new WebSocket(${JSON.stringify(ws)}); line.onopen = line.onclose = done; })`),
    () => fetch(T, {method: 'POST', body: new URLSearchParams(form), headers: {DPoP: proof}}),
    () => fetch(T, {method: 'POST', body: new URLSearchParams(form), mode: 'no-cors', headers: {DPoP: proof}}),
    () => byForm(T, form, 'application/x-www-form-urlencoded'),
    () => byXhr('POST', T, new URLSearchParams(form), {...forged, DPoP: proof}),
    () => fetch(P, {method: 'POST', headers: signed}),
    () => fetch(P, {mode: 'no-cors', headers: signed}),
    () => byElement('img', P),
    () => byElement('script', P),
    () => byElement('iframe', P),
    ...(given.steals ? [() => fetch(P, {headers: signed}), () => byXhr('GET', P, null, {...forged, ...signed})] : []),
  ];
};

const run = async () => {
  const asked = new URLSearchParams(location.search);
  const given = await (await fetch(`${asked.get('home')}/given`)).json();
  await Promise.all(ways(asked.get('gate'), given).map((way) => soon((async () => way())())));
  parent.postMessage('done', '*');
};

const all = async () => {
  const asked = new URLSearchParams(location.search);
  const places = JSON.parse(asked.get('places'));
  for (let number = 0; number < Number(asked.get('runs')); number++) {
    const frame = document.createElement('iframe');
    const done = new Promise((resolve) => {
      const hear = (event) => { if (event.source === frame.contentWindow && event.data === 'done') { removeEventListener('message', hear); resolve(); } };
      addEventListener('message', hear);
      setTimeout(resolve, 15000);
    });
    frame.src = places[number % places.length];
    document.body.append(frame);
    await done;
    frame.remove();
    await fetch('/ran', {method: 'POST'});
  }
  await fetch('/finished', {method: 'POST'});
};

(new URLSearchParams(location.search).has('runs') ? all : run)();
