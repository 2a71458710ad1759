// Unmodified Node clients of x402 and MPP, each told to fetch addresses that have a price. As paying.py.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const job = JSON.parse(readFileSync(0, "utf8"));
const require = createRequire(`${job.modules}/`);
const load = async (name) => {
  const found = require.resolve(name);
  return import(pathToFileURL(found).href);
};
const axios = (await load("axios")).default;
const { x402Client, wrapFetchWithPayment } = await load("@x402/fetch");
const { wrapAxiosWithPayment, x402Client: AxiosClient } = await load("@x402/axios");
const { ExactEvmScheme } = await load("@x402/evm/exact/client");
const { privateKeyToAccount } = await load("viem/accounts");
const { Mppx, evm } = await load("mppx/client");

const allowed = { allowedAssets: [{ network: job.network, asset: job.asset }] };

function x402(Kind, key) {
  const client = new Kind();
  client.register(job.network, new ExactEvmScheme(privateKeyToAccount(key)));
  client.setSpendControls?.(allowed);
  return client;
}

const visits = {
  "@x402/fetch": async (key, url) => {
    const answer = await wrapFetchWithPayment(fetch, x402(x402Client, key))(url);
    return { status: answer.status, body: await answer.text(), headers: Object.fromEntries(answer.headers) };
  },
  "@x402/axios": async (key, url) => {
    const api = wrapAxiosWithPayment(axios.create({ validateStatus: (status) => status === 200 }), x402(AxiosClient, key));
    try {
      const answer = await api.get(url);
      return { status: answer.status, body: String(answer.data), headers: { ...answer.headers } };
    } catch (error) {
      if (!error.response) throw error;
      return { status: error.response.status, body: JSON.stringify(error.response.data), headers: {} };
    }
  },
  mppx: async (key, url) => {
    const paying = Mppx.create({
      polyfill: false,
      methods: [
        evm({
          account: privateKeyToAccount(key),
          authorization: { name: job.name, version: job.version },
          networks: [job.chain_id],
        }),
      ],
    });
    const answer = await paying.fetch(url);
    return { status: answer.status, body: await answer.text(), headers: Object.fromEntries(answer.headers) };
  },
};

const report = [];
for (const visit of job.visits) {
  try {
    report.push(await visits[visit.client](visit.key, job.origin + visit.path));
  } catch (error) {
    report.push({ error: error.name, text: String(error.stack ?? error.message).slice(0, 1500) });
  }
}
console.log(JSON.stringify(report));
