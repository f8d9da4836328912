--[[
Reads a partition's log from a position on, by number and by weight.

KEYS[1]  the partition's log
ARGV[1]  the position behind which to read
ARGV[2]  how many entries at most
ARGV[3]  the bytes of their events' data with which it is enough; empty for no bound

Returns  the entries, as XRANGE does

Guarantees: writes nothing; one entry at least, where there is one.
]]
local limit, enough = tonumber(ARGV[2]), tonumber(ARGV[3])
-- So many are looked at in one go: the first may be enough already.
local STEP = 16
local found, bytes = {}, 0
local from = string.format('%.0f-0', tonumber(ARGV[1]) + 1)

-- The data is what follows the third line (commit.lua).
local function weightOf(fields)
  for i = 1, #fields, 2 do
    if fields[i] == 'e' then
      local at = 0
      for _ = 1, 3 do at = string.find(fields[i + 1], '\n', at + 1, true) or at end
      return #fields[i + 1] - at
    end
  end
  return 0
end

while #found < limit do
  local count = math.min(enough and STEP or limit, limit - #found)
  local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', count)
  for _, entry in ipairs(entries) do
    found[#found + 1] = entry
    bytes = bytes + (enough and weightOf(entry[2]) or 0)
    if enough and bytes >= enough then return found end
  end
  if #entries < count then return found end
  from = '(' .. found[#found][1]
end
return found
