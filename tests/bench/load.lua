-- One request again and again; counts answers that are not a success. BENCH_METHOD, BENCH_BODY come from the environment.
-- BENCH_ACCEPT: the header Accept. BENCH_PAUSE_MS: each connection pauses so long before a request, so that the rate is given and not the highest.
local bad = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.method = os.getenv("BENCH_METHOD") or "GET"
  wrk.body = os.getenv("BENCH_BODY")
  wrk.headers["Content-Type"] = "application/json"
  if os.getenv("BENCH_ACCEPT") then wrk.headers["Accept"] = os.getenv("BENCH_ACCEPT") end
  expected = os.getenv("BENCH_EXPECT") or ""
  failed = 0
end

if os.getenv("BENCH_PAUSE_MS") then
  local pause = tonumber(os.getenv("BENCH_PAUSE_MS"))
  function delay()
    return pause
  end
end

function response(status, headers, body)
  if status ~= 200 or (expected ~= "" and not string.find(body, expected, 1, true)) then
    failed = failed + 1
  end
end

function done(summary, latency, requests)
  for _, thread in ipairs(threads) do bad = bad + thread:get("failed") end
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %d %d %d %d %.1f %.1f\n", summary.requests, summary.duration, bad, lost,
    latency:percentile(50), latency:percentile(99)))
end
