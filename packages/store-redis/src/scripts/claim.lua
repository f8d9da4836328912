--[[
Claims a partition, or the workflows' keys, for a store where nothing is there yet.

KEYS[1]  the meta hash
ARGV[1]  the id of the store that claims it
ARGV[2]  how many partitions the store has
ARGV[3]  the format of its data
ARGV[4]  the position behind which its events begin
ARGV[5]  which store's content is to be copied into it (migration.ts); empty for a store that begins with nothing

Returns  the id, the number of partitions and the format that are there afterwards, "1" where the store is whole, and the
         store whose content is still being copied into it

Guarantees: what is there already stays as it is.
]]
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'store', ARGV[1], 'partitions', ARGV[2], 'format', ARGV[3])
  redis.call('HSET', KEYS[1], 'head', ARGV[4], 'trimmed', ARGV[4], 'effect', 0)
  if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'migration', ARGV[5]) end
end
return redis.call('HMGET', KEYS[1], 'store', 'partitions', 'format', 'whole', 'migration')
