"""The agenda in the pocket: installable, right without network, with actions that are kept and sent later."""
