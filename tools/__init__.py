"""The services behind the assistant, one room per business."""
