--[[
Removes tombstones of agents that left before a time, at most a step's worth.

KEYS[1]  the partition's meta hash; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the time, in milliseconds
ARGV[3]  how many go at most

Returns  how many went

Guarantees: an agent that is registered stays.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local gone = call('ZRANGEBYSCORE', prefix .. 'gone', '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(gone) do
  local wake = call('HGET', prefix .. 'a:' .. id, 'w')
  if wake and wake ~= '' then call('ZREM', prefix .. 'wake', wake .. 'agent:' .. id) end
  call('DEL', prefix .. 'a:' .. id)
  call('ZREM', prefix .. 'gone', id)
end
return #gone
