--- fim-lsp in Neovim: starts the server, forwards to the ghost text, holds the status.
local ghost = require("fim_lsp.ghost")

local M = {
  accept = ghost.accept,
  accept_word = ghost.accept_word,
  accept_line = ghost.accept_line,
  next = ghost.next,
  prev = ghost.prev,
  dismiss = ghost.dismiss,
}

local KEYS = { accept = "<Tab>", accept_word = "<M-Right>", next = "<M-]>", dismiss = "<C-]>" }
local MAX_RESTARTS = 3
local modern = vim.fn.has("nvim-0.11") == 1
local known, told, ready, restarts = nil, nil, false, 0

---@class fim_lsp.Options
---@field cmd? string[] the server's command; an absolute path where a dock starts the editor
---@field settings? table what stands under "fim-lsp" in the settings, as `completion.trigger`
---@field keys? "default"|table<string, string> function name to key, as `accept = "<C-y>"`

---@param options? fim_lsp.Options
function M.setup(options)
  options = options or {}
  local config = { cmd = options.cmd, settings = { ["fim-lsp"] = options.settings } }
  local keys = options.keys == "default" and KEYS or options.keys or {}
  for name, key in pairs(keys) do
    M.map(name, key)
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
    local text = "fim-lsp: %s is not there; install it (pipx install . in a clone) or set `cmd`."
    return vim.notify(text:format(program), vim.log.levels.WARN)
  end
  if modern then
    vim.lsp.config("fim_lsp", config)
    return vim.lsp.enable("fim_lsp")
  end
  local file = vim.api.nvim_get_runtime_file("lsp/fim_lsp.lua", false)[1]
  M.config = vim.tbl_deep_extend("force", dofile(file), config, { name = "fim_lsp" })
  M.enable_by_filetype()
end

--- Neovim 0.10 has no `vim.lsp.enable`.
function M.enable_by_filetype()
  local config = M.config
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("fim_lsp", {}),
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
  local stopped = (modern and client.is_stopped(client)) or (not modern and client.is_stopped())
  return client.name == config.name and client.config.root_dir == config.root_dir and not stopped
end

--- Maps `key` to the function `name`; it does what it did before where there is no ghost text.
function M.map(name, key)
  local before = ("<Plug>(fim-lsp-%s)"):format(name)
  local old = vim.fn.maparg(key, "i", false, true)
  if vim.tbl_isempty(old) then
    vim.keymap.set("i", before, key)
  elseif old.desc ~= "fim-lsp: " .. name then
    local lhs = vim.keycode(before)
    vim.fn.mapset("i", false, vim.tbl_extend("force", old, { lhs = before, lhsraw = lhs, buffer = 0 }))
  end
  vim.keymap.set("i", key, function()
    if not M[name]() then
      vim.api.nvim_feedkeys(vim.keycode(before), "mi", false)
    end
  end, { desc = "fim-lsp: " .. name })
end

function M.capabilities()
  local ours = {
    experimental = { fimLspStatus = true },
    textDocument = { inlineCompletion = { dynamicRegistration = false } },
  }
  return modern and ours or vim.tbl_deep_extend("force", vim.lsp.protocol.make_client_capabilities(), ours)
end

---@return vim.lsp.Client?
function M.client(buf)
  return vim.lsp.get_clients({ name = "fim_lsp", bufnr = buf })[1]
end

--- Runs one of the server's commands; `done` gets its answer.
---@return boolean running whether there is a server to ask
function M.command(name, arguments, done)
  local client = M.client(0) or M.client()
  if not client then
    vim.notify("fim-lsp: no server is running; :checkhealth fim_lsp says why", vim.log.levels.WARN)
    return false
  end
  local params = { command = "fim-lsp." .. name, arguments = arguments or {} }
  ghost.request(client, "workspace/executeCommand", params, function(err, result)
    if err then
      vim.notify("fim-lsp: " .. err.message, vim.log.levels.WARN)
    elseif done then
      done(result)
    end
  end)
  return true
end

function M.toggle()
  ghost.dismiss()
  return M.command("toggle")
end

--- For a statusline, as "fim deepseek · 12 today · 0.0009 USD"; empty before the server speaks.
function M.status()
  if not known then
    return ""
  end
  local today = known.today or {}
  local said = { "fim " .. (known.kind == "normal" and known.provider or known.message or known.kind) }
  if (today.requests or 0) > 0 then
    said[#said + 1] = today.requests .. " today"
    said[#said + 1] = today.cost and ("%s %s"):format(today.cost, today.currency or "") or nil
  end
  return table.concat(said, " · ")
end

--- Holds the status for the statusline; what needs the user is also said, once.
function M.on_status(_, status)
  known = status
  local needs_user = status.kind == "error" or status.kind == "warning"
  if needs_user and status.message ~= told then
    told = status.message
    vim.notify("fim-lsp: " .. told, vim.log.levels.WARN)
  end
  vim.cmd.redrawstatus()
end

function M.on_init()
  ready = true
end

function M.on_attach(client, buf)
  ghost.attach(client, buf)
end

--- A server that died is started again, a few times, and never one that did not get up at all.
function M.on_exit(code, signal)
  if vim.v.exiting ~= vim.NIL or (code == 0 and signal == 0) then
    return
  end
  vim.schedule(function()
    known = nil
    ghost.dismiss()
    if ready and restarts < MAX_RESTARTS then
      ready, restarts = false, restarts + 1
      return M.restart()
    end
    if modern then
      vim.lsp.enable("fim_lsp", false)
    else
      vim.api.nvim_clear_autocmds({ group = "fim_lsp" })
    end
    local text = "fim-lsp: the server stopped (exit code %d); :FimLsp log says why, :FimLsp restart starts it."
    vim.notify(text:format(code), vim.log.levels.WARN)
  end)
end

function M.restart()
  for _, client in ipairs(vim.lsp.get_clients({ name = "fim_lsp" })) do
    vim.lsp.stop_client(client.id)
  end
  vim.defer_fn(function()
    if modern then
      return vim.lsp.enable("fim_lsp")
    end
    M.enable_by_filetype()
    vim.cmd.doautoall("fim_lsp FileType")
  end, 300)
end

return M
