rspamd_config:register_symbol({ name = "CHANCERY_TEST_WORD", score = 7.5, callback = function(task)
  local s = task:get_subject() or ""
  if s:find("winter sale") then return true, 1.0, "a word of the test" end
  return false
end })
rspamd_config:register_symbol({ name = "CHANCERY_TEST_ENVELOPE", score = -0.5, callback = function(task)
  local f = task:get_from("smtp") local ip = task:get_from_ip() local r = task:get_recipients("smtp")
  if f and ip and ip:is_valid() and r then return true, 1.0, f[1].addr, tostring(ip), r[1].addr, task:get_helo() or "none" end
  return false
end })
