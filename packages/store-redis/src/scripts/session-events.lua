--[[
Reads a page of a session's events, by number and by weight.

KEYS[1]  the session's list of events
ARGV[1]  the place in it at which the page begins; empty for the list's end that comes first
ARGV[2]  how many events the page has at most
ARGV[3]  the bytes of events with which it is full
ARGV[4]  "asc" for the oldest first, "desc" for the newest

Returns  the place to go on from (empty at the end), then the events (commit.lua)

Guarantees: writes nothing; one event at least, where there is one.
]]
local limit, enough, down = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == 'desc'
local at = tonumber(ARGV[1]) or (down and redis.call('LLEN', KEYS[1]) - 1 or 0)
-- So many are looked at in one go: the first may be enough already.
local STEP = 16
local page, bytes = { '' }, 0
while at >= 0 do
  local from = down and math.max(0, at - STEP + 1) or at
  local to = down and at or at + STEP - 1
  local found = redis.call('LRANGE', KEYS[1], from, to)
  for n = 1, #found do
    if #page > limit or bytes >= enough then
      page[1] = string.format('%.0f', at)
      return page
    end
    local event = found[down and #found - n + 1 or n]
    page[#page + 1] = event
    bytes = bytes + #event
    at = at + (down and -1 or 1)
  end
  if #found == 0 or (not down and #found < STEP) then return page end
end
return page
