--- fim-lsp in Neovim: the functions for the user's configuration.
local ghost = require("fim_lsp.ghost")
local server = require("fim_lsp.server")

local NOT_ALLOWED = { "E523", "E565" } -- what Neovim says where a mapping may not change text

local function next_edit()
  return require("fim_lsp.next_edit")
end

--- Calls `act`. In an expression mapping, where Neovim forbids changes, the call follows
--- right after the mapping.
---@param act fun(): boolean
---@return boolean has_acted
local function when_allowed(act)
  local is_fine, answer = pcall(act)
  if is_fine then
    return answer
  end
  local is_forbidden = vim.iter(NOT_ALLOWED):any(function(code)
    return tostring(answer):find(code, 1, true) ~= nil
  end)
  if not is_forbidden then
    error(answer, 0)
  end
  vim.schedule(act)
  return true
end

--- Each of `functions`, fit for an expression mapping of the user's own.
local function for_mappings(functions)
  return vim.tbl_map(function(act)
    return function(...)
      local arguments = { ... }
      return when_allowed(function()
        return act(unpack(arguments))
      end)
    end
  end, functions)
end

local M = for_mappings({
  accept = function() return ghost.accept() or next_edit().go() end,
  accept_word = ghost.accept_word,
  accept_line = ghost.accept_line,
  next = ghost.next,
  prev = ghost.prev,
  dismiss = ghost.dismiss,
  next_edit = function() return next_edit().go() end,
  apply_next_edit = function(all) return next_edit().apply(all) end,
  dismiss_next_edit = function() return next_edit().dismiss() end,
})

M.client = server.client
M.command = server.command
M.restart = server.restart
M.status = server.status

---@class fim_lsp.Options
---@field cmd? string[] the server's command; an absolute path where a dock starts the editor
---@field settings? table what stands under "fim-lsp" in the settings, as `completion.trigger`
---@field keys? "default"|table<string, string> function name to key, as `accept = "<C-y>"`

---@param options? fim_lsp.Options
function M.setup(options)
  options = options or {}
  local keys = require("fim_lsp.keys")
  for name, key in pairs(options.keys == "default" and keys.DEFAULT or options.keys or {}) do
    if type(M[name]) ~= "function" then
      local text = "there is no function %s to map to %s; :help fim_lsp lists them."
      require("fim_lsp.messages").say(text:format(name, key), vim.log.levels.WARN)
    else
      keys.map(name, key)
    end
  end
  vim.api.nvim_create_user_command("FimLsp", function(call)
    require("fim_lsp.commands").run(call)
  end, {
    nargs = "*",
    range = true,
    desc = "fim-lsp: actions and reports",
    complete = function(lead, line)
      return require("fim_lsp.commands").complete(lead, line)
    end,
  })
  local program = (options.cmd or { "fim-lsp" })[1]
  if vim.fn.executable(program) == 0 then
    local text = "%s is not there; install it (pipx install . in a clone) or set `cmd`."
    return require("fim_lsp.messages").say(text:format(program), vim.log.levels.WARN)
  end
  server.start({ cmd = options.cmd, settings = { ["fim-lsp"] = options.settings } })
end

local DEFAULT_MINUTES = 30 -- of silence, where no number is given

local function say_message(answer)
  require("fim_lsp.messages").say(answer.message)
end

function M.toggle()
  ghost.dismiss()
  return server.command("toggle", {}, say_message)
end

--- Stops automatic completion for some minutes; 0 starts it again.
---@param minutes? integer
function M.snooze(minutes)
  ghost.dismiss()
  return server.command("snooze", { { minutes = minutes or DEFAULT_MINUTES } }, say_message)
end

return M
