--- Starts and stops the server, runs its commands, and keeps its status.
local compat = require("fim_lsp.compat")
local ghost = require("fim_lsp.ghost")
local say = require("fim_lsp.messages").say

local M = {}

local NAME = "fim_lsp"
local MAX_RESTARTS = 3 -- of a server that died, in one session of Neovim
local STOP_MS = 2000 -- how long a server may take to stop before it is killed
local LOOK_MS = 20 -- between two looks at whether it has stopped
local is_modern = vim.fn.has("nvim-0.11") == 1

---@class fim_lsp.State
---@field status? table the latest `fim-lsp/status`
---@field shown_message? string the latest message of a status that the user was shown
---@field is_ready boolean whether the server that runs has answered
---@field restarts integer
---@field is_restarting boolean whether the user has asked for another server
---@field config? table what starts the server before Neovim 0.11

---@type fim_lsp.State
local state = { is_ready = false, restarts = 0, is_restarting = false }

--- Starts the server for all open files, and for those that are opened later.
---@param config table
function M.start(config)
  if is_modern then
    vim.lsp.config(NAME, config)
    return vim.lsp.enable(NAME)
  end
  local file = vim.api.nvim_get_runtime_file("lsp/fim_lsp.lua", false)[1]
  state.config = vim.tbl_deep_extend("force", dofile(file), config, { name = NAME })
  M.enable_by_filetype()
end

--- Neovim 0.10 has no `vim.lsp.enable`.
function M.enable_by_filetype()
  local config = state.config
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup(NAME, {}),
    callback = function(event)
      if vim.bo[event.buf].buftype == "" then
        config.root_dir = vim.fs.root(event.buf, config.root_markers)
        vim.lsp.start(config, { bufnr = event.buf, reuse_client = config.reuse_client })
      end
    end,
  })
end

--- Files outside any project share one server, too; before 0.11 each got its own.
function M.reuse_client(client, config)
  local is_stopped = (is_modern and client.is_stopped(client)) or (not is_modern and client.is_stopped())
  return client.name == config.name and client.config.root_dir == config.root_dir and not is_stopped
end

function M.capabilities()
  local ours = {
    experimental = { fimLspStatus = true, fimLspNextEdit = true },
    textDocument = { inlineCompletion = { dynamicRegistration = false } },
  }
  return is_modern and ours or vim.tbl_deep_extend("force", vim.lsp.protocol.make_client_capabilities(), ours)
end

---@param buf? integer
---@return vim.lsp.Client?
function M.client(buf)
  return vim.lsp.get_clients({ name = NAME, bufnr = buf })[1]
end

--- Runs one of the server's commands; `done` gets its answer.
---@param name string without "fim-lsp."
---@param arguments? any[]
---@param done? fun(answer: any)
---@return boolean is_running whether there is a server to ask
function M.command(name, arguments, done)
  local client = M.client(0) or M.client()
  if not client then
    say("no server is running; :checkhealth fim_lsp says why", vim.log.levels.WARN)
    return false
  end
  local params = { command = "fim-lsp." .. name, arguments = arguments or {} }
  compat.request(client, "workspace/executeCommand", params, function(err, answer)
    if err then
      say(err.message, vim.log.levels.WARN)
    elseif done then
      done(answer)
    end
  end, 0)
  return true
end

--- The status in a word or a sentence.
local function summary(status)
  if status.kind == "normal" then
    return status.provider or status.kind
  elseif status.kind == "inactive" then
    return status.reason == "disabled" and "off" or status.reason or status.kind
  end
  return status.message or status.kind
end

--- Text for a statusline, as "fim deepseek · 12 today · 0.0009 USD"; empty without a status.
---@return string
function M.status()
  local status = state.status
  if not status then
    return ""
  end
  local today = status.today or {}
  local parts = { "fim " .. summary(status) }
  if (today.requests or 0) > 0 then
    parts[#parts + 1] = today.requests .. " today"
    local known = today.cost and today.cost ~= vim.NIL
    parts[#parts + 1] = known and ("%s %s"):format(today.cost, today.currency or "") or nil
  end
  return table.concat(parts, " · ")
end

--- Keeps the status for the statusline, and shows it once if it needs the user's attention.
local function on_status(_, status)
  state.status = status
  local needs_user = status.kind == "error" or status.kind == "warning"
  if needs_user and status.message ~= state.shown_message then
    state.shown_message = status.message
    say(status.message, vim.log.levels.WARN)
  end
  vim.cmd.redrawstatus()
end

local LEVELS = { vim.log.levels.ERROR, vim.log.levels.WARN }

local function on_message(_, params)
  say(params.message, LEVELS[params.type] or vim.log.levels.INFO)
end

--- Whether a loaded buffer of an edit may not be changed; Neovim itself would raise an error.
local function is_locked(edit)
  local uris = vim.tbl_keys(edit.changes or {})
  for _, change in ipairs(edit.documentChanges or {}) do
    uris[#uris + 1] = change.textDocument and change.textDocument.uri
  end
  return vim.iter(uris):any(function(uri)
    local buf = vim.uri_to_bufnr(uri)
    return vim.api.nvim_buf_is_loaded(buf) and not vim.bo[buf].modifiable
  end)
end

local function on_apply_edit(err, params, context)
  if is_locked(params.edit) then
    return { applied = false, failureReason = "the buffer is not modifiable" }
  end
  return vim.lsp.handlers["workspace/applyEdit"](err, params, context)
end

M.handlers = {
  ["workspace/applyEdit"] = on_apply_edit,
  ["fim-lsp/status"] = on_status,
  ["fim-lsp/nextEdit"] = function(...)
    return require("fim_lsp.next_edit").on_next_edit(...)
  end,
  ["window/showMessage"] = on_message,
  ["window/showDocument"] = function(...)
    return require("fim_lsp.report").show_document(...)
  end,
}

function M.on_init(client)
  state.is_ready = true
  require("fim_lsp.middleware").install(client)
end

function M.on_attach(client, buf)
  ghost.attach(client, buf)
  require("fim_lsp.next_edit").attach(client, buf)
end

local function start_again()
  state.is_restarting = false
  if is_modern then
    return vim.lsp.enable(NAME)
  end
  M.enable_by_filetype()
  vim.cmd.doautoall(NAME .. " FileType")
end

local function give_up(code)
  if is_modern then
    vim.lsp.enable(NAME, false)
  else
    vim.api.nvim_clear_autocmds({ group = NAME })
  end
  local text = "the server stopped (exit code %d); :FimLsp log says why, :FimLsp restart starts it."
  say(text:format(code), vim.log.levels.WARN)
end

--- Starts a server again that has died, a few times, unless it has never answered.
function M.on_exit(code, signal)
  if vim.v.exiting ~= vim.NIL then
    return
  end
  vim.schedule(function()
    local was_stopped = code == 0 and signal == 0
    state.status = nil
    ghost.dismiss()
    if state.is_restarting or was_stopped then
      return -- `restart` waits for the end of all servers and starts the next one
    elseif state.is_ready and state.restarts < MAX_RESTARTS then
      state.is_ready, state.restarts = false, state.restarts + 1
      return start_again()
    end
    give_up(code)
  end)
end

--- Starts another server once all have ended; one that is late is killed after `patience` ms.
local function start_when_stopped(patience)
  local running = vim.lsp.get_clients({ name = NAME })
  if #running == 0 then
    return start_again()
  end
  if patience <= 0 and patience > -LOOK_MS then
    for _, client in ipairs(running) do
      vim.lsp.stop_client(client.id, true)
    end
  end
  vim.defer_fn(function()
    start_when_stopped(patience - LOOK_MS)
  end, LOOK_MS)
end

--- Stops the server, waits for its end, and starts another.
function M.restart()
  state.is_restarting = true
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    vim.lsp.stop_client(client.id)
  end
  start_when_stopped(STOP_MS)
end

return M
