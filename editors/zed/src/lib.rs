//! Tells Zed how to start fim-lsp, and hands it the user's settings.

use zed_extension_api::{self as zed, serde_json::Value, settings::LspSettings};

struct FimLsp;

impl zed::Extension for FimLsp {
    fn new() -> Self {
        Self
    }

    fn language_server_command(
        &mut self,
        id: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<zed::Command> {
        let binary = LspSettings::for_worktree(id.as_ref(), worktree)
            .ok()
            .and_then(|settings| settings.binary);
        let command = binary
            .and_then(|binary| binary.path)
            .or_else(|| worktree.which("fim-lsp"))
            .ok_or("fim-lsp is not on the PATH; install it with: pipx install . in a clone")?;
        Ok(zed::Command {
            command,
            args: vec!["--stdio".into()],
            env: worktree.shell_env(),
        })
    }

    fn language_server_workspace_configuration(
        &mut self,
        id: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<Option<Value>> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree)?.settings;
        Ok(settings.map(|own| zed::serde_json::json!({ "fim-lsp": own })))
    }
}

zed::register_extension!(FimLsp);
