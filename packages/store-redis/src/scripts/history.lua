--[[
Follows an agent's chain of events back, for one page of its history.

KEYS[1]  the partition's log
KEYS[2]  the agent
ARGV[1]  its id
ARGV[2]  the position that the page before ended with, or empty
ARGV[3]  how many events the page has at most
ARGV[4]  how many links are followed at most; a page may be short of its events for that
ARGV[5]  the bytes of events with which the page is full
ARGV[6…] the types of events that history is made of

Returns  the position to go on from (empty at the end), then position and event (commit.lua) for each

Guarantees: writes nothing.
]]
local call = redis.call
local name = 'a:' .. ARGV[1]
local limit, enough = tonumber(ARGV[3]), tonumber(ARGV[5])
local history = {}
for i = 6, #ARGV do history[ARGV[i]] = true end

local function link(position)
  if not position or position == '0' then return nil end
  local found = call('XRANGE', KEYS[1], position .. '-0', position .. '-0')[1]
  if not found then return nil end
  local fields, entry = found[2], { position = position }
  for i = 1, #fields, 2 do entry[fields[i]] = fields[i + 1] end
  if entry.i ~= name then return nil end
  return entry
end

local first
if ARGV[2] == '' then
  first = call('HGET', KEYS[2], 'p')
else
  local entry = link(ARGV[2])
  first = entry and entry.p
end

local page = { '' }
local events, bytes, last = 0, 0, ''
local entry = link(first)
for _ = 1, tonumber(ARGV[4]) do
  if not entry then return page end
  if history[string.match(entry.e, '^[^\n]*')] then
    if events == limit or bytes >= enough then
      page[1] = last
      return page
    end
    events = events + 1
    bytes = bytes + #entry.e
    page[#page + 1] = entry.position
    page[#page + 1] = entry.e
  end
  last = entry.position
  entry = link(entry.p)
end
page[1] = last
return page
