--[[
Removes records of the engine's own that have expired, at most a step's worth.

KEYS[1]  the meta hash of what belongs to no partition; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the time, in milliseconds
ARGV[3]  how many go at most

Returns  how many went

Guarantees: a record that was written again since stays.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local expired = call('ZRANGEBYSCORE', prefix .. 'recExpiry', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, name in ipairs(expired) do
  local colon = string.find(name, ':', 1, true)
  call('DEL', prefix .. 'rec:' .. name)
  call('ZREM', prefix .. 'recIds:' .. string.sub(name, 1, colon - 1), string.sub(name, colon + 1))
  call('ZREM', prefix .. 'recExpiry', name)
end
return #expired
