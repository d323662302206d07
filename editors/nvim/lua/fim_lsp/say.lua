--- One sentence for the user, which never stops the typing with a "Press ENTER" prompt.

--- Whether messages go to Neovim's own command line: what it compiled in has no path.
local function is_default(notify)
  local source = debug.getinfo(notify, "S").source
  return source:match("^[=@]?%?$") or source:match("^@vim/")
end

---@param sentence string
---@param level? integer one of `vim.log.levels`
return function(sentence, level)
  local text = vim.startswith(sentence, "fim") and sentence or "fim-lsp: " .. sentence
  if not is_default(vim.notify) or (vim.fn.strdisplaywidth(text) <= vim.v.echospace and not text:find("\n")) then
    return vim.notify(text, level)
  end
  local line = text:gsub("%s*\n%s*", " ")
  vim.cmd(("silent echomsg '%s'"):format(line:gsub("'", "''")))
  local hint = "… (:messages)"
  local short = vim.fn.strcharpart(line, 0, vim.v.echospace - vim.fn.strdisplaywidth(hint))
  local group = level == vim.log.levels.ERROR and "ErrorMsg" or level == vim.log.levels.WARN and "WarningMsg" or nil
  vim.api.nvim_echo({ { short .. hint, group } }, false, {})
end
