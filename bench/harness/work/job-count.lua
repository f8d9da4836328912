-- Counts the jobs of a BullMQ queue that its events tell of as ended, and drops those events.
-- KEYS[1] the stream of events. Returns how many were completed, how many failed, and when the last one did, in
-- milliseconds.

local counts, last = { completed = 0, failed = 0 }, '0-0'
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
  local kind = entry[2][2]
  if counts[kind] then
    counts[kind] = counts[kind] + 1
    last = entry[1]
  end
end
redis.call('XTRIM', KEYS[1], 'MAXLEN', 0)
return { counts.completed, counts.failed, string.match(last, '^%d+') }
