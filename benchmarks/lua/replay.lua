-- Replays a pool of raw HTTP requests made beforehand, so that the generator does no work of its own.
-- Arguments: PREFIX (thread N reads PREFIX.N) and "wrap" or "once". A pool file holds, for each request, its length in
-- eight digits and then its bytes. With "once", a pool that runs out is reported, and the run does not count.

local threads = {}

function setup(thread)
   thread:set("index", #threads)
   table.insert(threads, thread)
end

function init(args)
   pool, size, sent, wraps = {}, 0, 0, 0
   local file = assert(io.open(args[1] .. "." .. index, "rb"))
   while true do
      local head = file:read(8)
      if not head then break end
      size = size + 1
      pool[size] = file:read(tonumber(head))
   end
   file:close()
end

local at = 0

function request()
   at = at + 1
   if at > size then
      at = 1
      wraps = wraps + 1
   end
   sent = sent + 1
   return pool[at]
end

function done(summary, latency, requests)
   local sent_max, wraps_max = 0, 0
   for _, thread in ipairs(threads) do
      sent_max = math.max(sent_max, thread:get("sent"))
      wraps_max = math.max(wraps_max, thread:get("wraps"))
   end
   local errors = summary.errors
   io.write(string.format(
      'BENCH {"requests":%d,"duration_us":%d,"bytes":%d,"sent_max":%d,"wraps":%d,'
      .. '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d},'
      .. '"latency_us":{"mean":%.0f,"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d}}\n',
      summary.requests, summary.duration, summary.bytes, sent_max, wraps_max,
      errors.connect, errors.read, errors.write, errors.status, errors.timeout,
      latency.mean, latency:percentile(50), latency:percentile(90), latency:percentile(99),
      latency:percentile(99.9), latency.max))
end
