;;; fim-lsp.el --- AI completion beside the other servers  -*- lexical-binding: t; -*-

;;; Commentary:

;; lsp-mode: fim-lsp starts beside the language's own server and shows ghost text.
;; eglot, which runs one server for a buffer: (fim-lsp-eglot '(python-mode) "pylsp")

;;; Code:

(defvar fim-lsp-command '("fim-lsp" "--stdio")
  "The server and its arguments; an absolute path where a dock starts Emacs.")

(defvar fim-lsp-settings nil
  "What stands under \"fim-lsp\" in the settings, as a property list.")

(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-activate-on "lsp-mode")
(declare-function lsp-workspace-command-execute "lsp-mode")
(declare-function eglot-current-server "eglot")
(declare-function eglot-execute "eglot")
(defvar eglot-server-programs)
(defvar eglot-workspace-configuration)

(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client
    :server-id 'fim-lsp
    :new-connection (lsp-stdio-connection (lambda () fim-lsp-command))
    :activation-fn (lambda (&rest _) (derived-mode-p 'prog-mode 'text-mode 'conf-mode))
    :add-on? t
    :priority -2
    :initialization-options (lambda () fim-lsp-settings))))

(with-eval-after-load 'eglot
  (setq-default eglot-workspace-configuration
                (append (and fim-lsp-settings (list :fim-lsp fim-lsp-settings))
                        (and (listp eglot-workspace-configuration)
                             eglot-workspace-configuration))))

(defun fim-lsp-eglot (modes &rest server)
  "Let eglot run fim-lsp in MODES, beside SERVER where that is given.
Two servers in one buffer need the multiplexer rass (pipx install rassumfrassum)."
  (with-eval-after-load 'eglot
    (add-to-list 'eglot-server-programs
                 (cons modes (if server
                                 `("rass" "--" ,@server "--" ,@fim-lsp-command)
                               fim-lsp-command)))))

(defun fim-lsp-run (command)
  "Run the server's COMMAND, such as \"why\", \"usage\" or \"toggle\"."
  (interactive
   (list (completing-read
          "fim-lsp: "
          '("why" "toggle" "usage" "balance" "models" "doctor" "allowFile"
            "continueToday" "clearCache"))))
  (let ((name (concat "fim-lsp." command)))
    (if (and (fboundp 'eglot-current-server) (eglot-current-server))
        (eglot-execute (eglot-current-server) (list :command name :arguments []))
      (lsp-workspace-command-execute name []))))

(provide 'fim-lsp)
;;; fim-lsp.el ends here
