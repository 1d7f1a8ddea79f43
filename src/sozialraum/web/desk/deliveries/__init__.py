"""Delivered files on their way into the workspace: received, looked over, mapped, checked, stored or refused."""
