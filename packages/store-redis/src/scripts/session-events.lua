--[[
Reads a page of a session's events, by number and by weight.

KEYS[1]  the session's list of events
ARGV[1]  the place in it at which the page begins
ARGV[2]  how many events the page has at most
ARGV[3]  the bytes of events with which it is full

Returns  the place to go on from (empty at the end), then the events (commit.lua)

Guarantees: writes nothing; one event at least, where there is one.
]]
local first, limit, enough = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
-- So many are looked at in one go: the first may be enough already.
local STEP = 16
local page, bytes = { '' }, 0
while true do
  local from = first + #page - 1
  local found = redis.call('LRANGE', KEYS[1], from, from + STEP - 1)
  for _, event in ipairs(found) do
    if #page > limit or bytes >= enough then
      page[1] = string.format('%.0f', first + #page - 1)
      return page
    end
    page[#page + 1] = event
    bytes = bytes + #event
  end
  if #found < STEP then return page end
end
