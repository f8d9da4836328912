--[[
Removes the oldest part of a partition's log: up to the last of the agents' events that is old enough, at most a step's
worth. Sessions' events in that part go from the log too; their session keeps them.

KEYS[1]  the partition's meta hash
KEYS[2]  the partition's log
ARGV[1]  the store's id
ARGV[2]  agents' events before this time go, in milliseconds
ARGV[3]  how many entries are looked at
ARGV[4]  the position behind which the step before stopped, or empty

Returns  how many agents' events went, and the position to go on behind; empty once there is nothing more

Guarantees: the meta hash names the highest position that went.
]]
local call = redis.call
local meta = call('HMGET', KEYS[1], 'store', 'trimmed')
if meta[1] ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local before, count = tonumber(ARGV[2]), tonumber(ARGV[3])
local entries = call('XRANGE', KEYS[2], ARGV[4] == '' and '-' or ('(' .. ARGV[4] .. '-0'), '+', 'COUNT', count)

local removed, last, seen, young = 0, nil, '', false
for _, entry in ipairs(entries) do
  local fields = {}
  for i = 1, #entry[2], 2 do fields[entry[2][i]] = entry[2][i + 1] end
  if string.sub(fields.i, 1, 2) == 'a:' then
    if tonumber(string.match(fields.e, '^[^\n]*\n([^\n]*)')) >= before then
      young = true
      break
    end
    removed, last = removed + 1, string.match(entry[1], '^%d+')
  end
  seen = string.match(entry[1], '^%d+')
end
if last then
  call('XTRIM', KEYS[2], 'MINID', string.format('%.0f-0', tonumber(last) + 1))
  if tonumber(last) > tonumber(meta[2]) then call('HSET', KEYS[1], 'trimmed', last) end
end
return { removed, (young or #entries < count) and '' or seen }
